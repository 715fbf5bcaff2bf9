package dev.evenkeel.lb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Runs every benchmark for a moment in the jar as it is shipped, so that none can rot. What it measures in so short a
 * time means nothing, but for the bytes.
 */
final class BenchmarksIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long WATCHDOG_MINUTES = 5;

    @Test
    void every_benchmark_runs_and_a_pick_allocates_nothing() throws IOException, InterruptedException {
        Path home = Files.createDirectories(TARGET.resolve("jmh-it"));
        Path output = home.resolve("output.txt");
        Path results = home.resolve("results.csv");
        Files.deleteIfExists(results);
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + home,
                        "-jar",
                        TARGET.resolve("benchmarks.jar").toString(),
                        "-f",
                        "1",
                        "-wi",
                        "1",
                        "-w",
                        "100ms",
                        "-i",
                        "1",
                        "-r",
                        "100ms",
                        "-foe",
                        "true",
                        "-p",
                        "backends=3,100",
                        "-p",
                        "down=0.33,all-but-one",
                        "-prof",
                        "gc",
                        "-rf",
                        "csv",
                        "-rff",
                        results.toString())
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());

        int exit = run(command);

        assertThat(exit).as(Files.readString(output)).isZero();
        List<String> rows = Files.readAllLines(results);
        assertThat(rows)
                .as("a row each for two sizes of the floor and the lease, and two sizes by two shares of the pick")
                .filteredOn(row -> row.contains("roundRobin\",") || row.contains("atomicCounter\","))
                .hasSize(8);
        assertThat(rows)
                .filteredOn(row -> row.contains("SelectBenchmark") && row.contains("gc.alloc.rate.norm"))
                .hasSize(4)
                .allSatisfy(row -> assertThat(Double.parseDouble(row.split(",", -1)[4]))
                        .as(row)
                        .isLessThan(1.0));
    }

    private static int run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.start();
        try {
            assertThat(process.waitFor(WATCHDOG_MINUTES, TimeUnit.MINUTES))
                    .as("JMH ended within %d minutes", WATCHDOG_MINUTES)
                    .isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
