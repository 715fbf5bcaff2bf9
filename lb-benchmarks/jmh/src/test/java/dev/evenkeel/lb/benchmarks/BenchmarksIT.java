package dev.evenkeel.lb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Runs every benchmark for a moment in the jar as it is shipped, so that none can rot. What it measures in so short a
 * time means nothing, but for the bytes.
 */
final class BenchmarksIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long WATCHDOG_MINUTES = 5;
    private static final int SIZES = 2;
    private static final int FLOORS = 6;
    /** The column of the first one. */
    private static final int PARAMETERS = 7;

    private static final int CLIENTS = 4;

    /** Two lengths, repeated and distinct. */
    private static final int URLS = 4;

    private static final double LEASE_BYTES = 48;

    /** JMH's own bytes, shared by the few operations of so short a time. */
    private static final double NO_BYTES = 1;

    @Test
    void every_benchmark_runs_and_no_pick_allocates_and_no_lease_more_than_itself()
            throws IOException, InterruptedException {
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
                        "down=0.33",
                        "-p",
                        "url=short,query",
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
        int policies = Policy.values().length;
        assertThat(bytes(rows, "FloorBenchmark.")).hasSize(FLOORS * SIZES);
        assertThat(bytes(rows, "SelectBenchmark."))
                .hasSize(policies * SIZES)
                .allSatisfy((benchmark, bytes) -> assertThat(bytes).isLessThan(NO_BYTES));
        assertThat(bytes(rows, "LeaseBenchmark."))
                .hasSize(policies * SIZES)
                .allSatisfy((benchmark, bytes) -> assertThat(bytes).isLessThan(LEASE_BYTES + NO_BYTES));
        assertThat(bytes(rows, "AcquireBenchmark."))
                .hasSize(SIZES)
                .allSatisfy((benchmark, bytes) -> assertThat(bytes).isLessThan(LEASE_BYTES + NO_BYTES));
        // No bound: until a call is compiled, which under load takes longer than this lasts, it allocates several times
        // as much.
        assertThat(bytes(rows, "CallBenchmark."))
                .hasSize(CLIENTS * URLS)
                .allSatisfy((benchmark, bytes) -> assertThat(bytes).isPositive());
    }

    @Test
    void loopback_is_measured_to_its_end() throws IOException, InterruptedException {
        Path output = Files.createDirectories(TARGET.resolve("jmh-it")).resolve("loopback.txt");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        TARGET.resolve("benchmarks.jar").toString(),
                        "dev.evenkeel.lb.benchmarks.LoopbackCost",
                        "3",
                        "500")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());

        int exit = run(command);

        assertThat(exit).as(Files.readString(output)).isBetween(0, 2);
        assertThat(Files.readAllLines(output))
                .hasSize(9)
                .anySatisfy(line -> assertThat(line).matches("wrapped +[1-9][0-9]*\\.[0-9]+ \\[.*]"))
                .anySatisfy(line -> assertThat(line).startsWith("at most 1.05 times: "));
    }

    @Test
    void enqueued_calls_are_measured_to_their_end() throws IOException, InterruptedException {
        Path output = Files.createDirectories(TARGET.resolve("jmh-it")).resolve("enqueue.txt");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        TARGET.resolve("benchmarks.jar").toString(),
                        "dev.evenkeel.lb.benchmarks.EnqueueRatio",
                        "1",
                        "100")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());

        int exit = run(command);

        assertThat(exit).as(Files.readString(output)).isBetween(0, 1);
        assertThat(Files.readAllLines(output))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).matches("median ratio [0-9.]+, at least 10: (holds|broken)"));
    }

    /** Returns the bytes per operation of the benchmarks of a class, by method and parameters. */
    private static Map<String, Double> bytes(List<String> rows, String type) {
        return rows.stream()
                .filter(row -> row.contains("." + type) && row.contains(":gc.alloc.rate.norm\""))
                .map(row -> row.split(",", -1))
                .collect(Collectors.toMap(
                        cells -> cells[0] + " " + List.of(cells).subList(PARAMETERS, cells.length),
                        cells -> Double.parseDouble(cells[4])));
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
