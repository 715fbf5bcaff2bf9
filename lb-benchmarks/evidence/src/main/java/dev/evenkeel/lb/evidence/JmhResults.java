package dev.evenkeel.lb.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads what JMH writes with {@code -rf json}. */
final class JmhResults {
    private static final String UNIT = "ns/op";
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private JmhResults() {}

    static List<Sample> read(Path file, int round) throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (JsonNode result : Json.tree(file)) {
            samples.add(sample(result, round));
        }
        return List.copyOf(samples);
    }

    private static Sample sample(JsonNode result, int round) throws IOException {
        String name = result.required("benchmark").asText();
        JsonNode params = result.required("params");
        JsonNode primary = result.required("primaryMetric");
        if (!primary.required("scoreUnit").asText().equals(UNIT)) {
            throw new IOException(name + ": must be in " + UNIT + ", was " + primary.get("scoreUnit"));
        }
        List<Double> iterations = new ArrayList<>();
        for (JsonNode fork : primary.required("rawData")) {
            fork.forEach(iteration -> iterations.add(iteration.asDouble()));
        }
        Cell cell = new Cell(
                name.substring(name.lastIndexOf('.') + 1),
                params.required("subject").asText(),
                params.required("backends").asInt(),
                params.path("down").asText(Cell.NONE_DOWN),
                result.required("threads").asInt());
        return new Sample(cell, round, primary.required("score").asDouble(), bytes(name, result), iterations);
    }

    /** Finds the bytes per operation; some versions of JMH put a dot before the names of its profilers. */
    private static double bytes(String name, JsonNode result) throws IOException {
        for (Map.Entry<String, JsonNode> metric :
                result.required("secondaryMetrics").properties()) {
            if (metric.getKey().endsWith(ALLOCATED)) {
                return metric.getValue().required("score").asDouble();
            }
        }
        throw new IOException(name + ": no " + ALLOCATED + "; was it run with -prof gc?");
    }
}
