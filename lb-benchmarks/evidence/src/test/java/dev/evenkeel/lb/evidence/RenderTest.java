package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run that was made up, and its page. */
final class RenderTest {
    static final Path SMALL = Path.of("src/test/resources/dev/evenkeel/lb/evidence/small.json");
    private static final Path PAGE = SMALL.resolveSibling("small.md");

    @TempDir
    private Path directory;

    @Test
    void the_page_is_the_golden_one() throws IOException {
        Render.draw(Json.read(SMALL), directory);
        assertThat(directory.resolve("benchmarks.md")).hasSameTextualContentAs(PAGE);
    }

    @Test
    void drawing_twice_gives_the_same_bytes() throws IOException {
        List<Path> once = Render.draw(Json.read(SMALL), directory.resolve("once"));
        List<Path> twice = Render.draw(Json.read(SMALL), directory.resolve("twice"));
        assertThat(once).hasSizeGreaterThan(5).hasSameSizeAs(twice);
        for (int at = 0; at < once.size(); at++) {
            assertThat(once.get(at)).hasSameBinaryContentAs(twice.get(at));
        }
    }

    @Test
    void every_chart_is_on_the_page_and_every_picture_of_the_page_is_there() throws IOException {
        List<Path> written = Render.draw(Json.read(SMALL), directory);
        String page = Files.readString(written.get(0));
        List<Path> charts = written.subList(1, written.size());
        assertThat(charts).allSatisfy(chart -> assertThat(page).contains("(benchmarks/" + chart.getFileName() + ")"));
        assertThat(page.split("!\\[", -1)).hasSize(charts.size() + 1);
    }

    @Test
    void a_chart_says_in_full_who_it_is_about_and_how_much() throws IOException {
        for (Map.Entry<String, BarChart> named : Charts.of(Json.read(SMALL)).entrySet()) {
            BarChart chart = named.getValue();
            String svg = Svg.of(chart);
            assertThat(svg).as(named.getKey()).contains(">" + chart.axis()).doesNotContain("...");
            assertThat(chart.bars())
                    .isNotEmpty()
                    .allSatisfy(bar -> assertThat(svg)
                            .contains(">" + bar.label() + "<")
                            .contains("  " + Words.amount(bar.value()) + "<"));
        }
    }

    @Test
    void an_axis_is_logarithmic_beyond_two_decades_only() {
        assertThat(chart(1, 100).isLogarithmic()).isFalse();
        assertThat(chart(1, 101).isLogarithmic()).isTrue();
        assertThat(chart(0, 50, 51).isLogarithmic()).isFalse();
        assertThat(chart(0, 0).isLogarithmic()).isFalse();
    }

    private static BarChart chart(double... values) {
        List<BarChart.Bar> bars = Arrays.stream(values)
                .mapToObj(value -> new BarChart.Bar("a", value, 0, false))
                .toList();
        return new BarChart("title", "axis", List.of(new BarChart.Section("all", bars)));
    }
}
