package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws the page and its charts again from a run that was kept: {@code Render benchmarks.json directory}. */
public final class Render {
    private static final String CHARTS = "benchmarks";

    private Render() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: Render benchmarks.json directory");
            System.exit(2);
        }
        for (Path written : draw(Json.read(Path.of(args[0])), Path.of(args[1]))) {
            System.out.println(written);
        }
    }

    /** Writes {@code benchmarks.md} and {@code benchmarks/*.svg} and returns what was written, the page first. */
    static List<Path> draw(Evidence evidence, Path directory) throws IOException {
        Path charts = Files.createDirectories(directory.resolve(CHARTS));
        List<Path> written = new ArrayList<>();
        Map<String, BarChart> drawn = Charts.of(evidence);
        Path page = directory.resolve("benchmarks.md");
        Files.writeString(page, Page.of(evidence, CHARTS));
        written.add(page);
        for (Map.Entry<String, BarChart> chart : drawn.entrySet()) {
            Path svg = charts.resolve(chart.getKey() + ".svg");
            Files.writeString(svg, Svg.of(chart.getValue()));
            written.add(svg);
        }
        return written;
    }
}
