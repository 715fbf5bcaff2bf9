package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JmhResultsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gc.alloc.rate.norm", "·gc.alloc.rate.norm"})
    void a_fork_is_read_whatever_the_profiler_is_called(String metric) throws IOException {
        assertThat(JmhResults.read(written("ns/op", metric), 2))
                .containsExactly(new Sample(
                        new Cell("pick", "gRPC-Java/round_robin", 10, "all-but-one", 2),
                        2,
                        11.5,
                        40.25,
                        List.of(11.0, 12.0)));
    }

    @Test
    void another_unit_is_an_error() {
        assertThatThrownBy(() -> JmhResults.read(written("ops/s", "gc.alloc.rate.norm"), 1))
                .isInstanceOf(IOException.class)
                .hasMessage("a.b.PeersBenchmark.pick: must be in ns/op, was \"ops/s\"");
    }

    @Test
    void a_run_without_the_profiler_is_an_error() {
        assertThatThrownBy(() -> JmhResults.read(written("ns/op", "other"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was it run with -prof gc?");
    }

    private Path written(String unit, String metric) throws IOException {
        String text = """
                [{"benchmark":"a.b.PeersBenchmark.pick","mode":"avgt","threads":2,"forks":1,
                  "params":{"backends":"10","down":"all-but-one","subject":"gRPC-Java/round_robin"},
                  "primaryMetric":{"score":11.5,"scoreError":"NaN","scoreUnit":"%s","rawData":[[11.0,12.0]]},
                  "secondaryMetrics":{"gc.count":{"score":1.0},"%s":{"score":40.25,"scoreUnit":"B/op"}}}]
                """.formatted(unit, metric);
        return Files.writeString(directory.resolve("results.json"), text);
    }
}
