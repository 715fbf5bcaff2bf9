package dev.evenkeel.lb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /** Two lengths, with and without connections. */
    private static final int URLS = 4;

    private static final int CALL_CLIENTS = 6;
    private static final int SCALE_ROWS = 9;
    private static final int PROBE_ROWS = 6;

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
                        "-p",
                        "urls=distinct",
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
        ProcessBuilder command = program("LoopbackCost", "2", "3", "500")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());

        int exit = run(command);

        assertThat(exit).as(Files.readString(output)).isBetween(0, 2);
        assertThat(Files.readAllLines(output))
                .hasSize(11)
                .anySatisfy(line -> assertThat(line).startsWith("fork 2: added, ratio"))
                .anySatisfy(line -> assertThat(line).matches("wrapped +[1-9][0-9]*\\.[0-9]+ \\[.*]"))
                .anySatisfy(line -> assertThat(line).startsWith("at most 1.05 times: "));
    }

    @Test
    void enqueued_calls_are_measured_to_their_end() throws IOException, InterruptedException {
        Path output = Files.createDirectories(TARGET.resolve("jmh-it")).resolve("enqueue.txt");
        ProcessBuilder command =
                program("EnqueueRatio", "1", "100").redirectErrorStream(true).redirectOutput(output.toFile());

        int exit = run(command);

        assertThat(exit).as(Files.readString(output)).isBetween(0, 1);
        assertThat(Files.readAllLines(output))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).matches("median ratio [0-9.]+, at least 10: (holds|broken)"));
    }

    @Test
    void call_cost_is_a_row_for_each_client_and_number_of_callers() throws IOException, InterruptedException {
        List<String> rows = rows("call-cost", program("CallCost", "1", "300", "1,4"));

        List<List<String>> cells = cells(
                rows,
                "\\{'section':'calls','client':'([^']+)','callers':(\\d+),'round':1,'cpuMicros':(\\d+\\.\\d+),"
                        + "'bytes':(\\d+\\.\\d+),'p50Micros':(\\d+\\.\\d+),'p99Micros':(\\d+\\.\\d+)}");
        assertThat(cells.stream().map(row -> row.get(0) + " " + row.get(1)).distinct())
                .hasSize(CALL_CLIENTS * 2)
                .hasSameSizeAs(rows);
        // The clock of the process may tick too slowly for so few calls of one client.
        assertThat(cells.stream()
                        .mapToDouble(row -> Double.parseDouble(row.get(2)))
                        .sum())
                .isPositive();
        assertThat(cells)
                .allSatisfy(row -> assertThat(figures(row, 3)).allMatch(figure -> figure > 0))
                .allSatisfy(row ->
                        assertThat(figures(row, 4)).isSorted()); // the 99th percentile is no less than the median
    }

    @Test
    void scale_is_a_row_for_each_question_and_size() throws IOException, InterruptedException {
        List<String> rows = rows("scale", program("Scale", "10,100", "20"));

        List<List<String>> cells = cells(
                rows,
                "\\{'section':'scale','what':'([^']+)','backends':(\\d+),'unit':'(us|B|probes)','median':(\\d+\\.\\d+),"
                        + "'least':(\\d+\\.\\d+),'most':(\\d+\\.\\d+)}");
        assertThat(cells.stream().map(row -> row.get(1)))
                .containsOnly("10", "100", "10000")
                .hasSize(SCALE_ROWS * 2 + PROBE_ROWS);
        assertThat(cells).allSatisfy(row -> {
            double median = figures(row, 3).get(0);
            assertThat(figures(row, 4)).allMatch(figure -> figure > 0).isSorted();
            assertThat(median).isBetween(figures(row, 4).get(0), figures(row, 4).get(1));
        });
    }

    @Test
    void argument_of_no_use_is_named_and_ends_a_program_with_2() throws IOException, InterruptedException {
        Path errors = Files.createDirectories(TARGET.resolve("jmh-it")).resolve("refused.txt");

        int exit = run(program("CallCost", "3", "many").redirectError(errors.toFile()));

        assertThat(exit).isEqualTo(2);
        assertThat(errors).hasContent("calls must be a whole number from 1 to 1000000, was \"many\"");
    }

    /** Runs a program to its end and returns what it has written to its standard output. */
    private static List<String> rows(String name, ProcessBuilder command) throws IOException, InterruptedException {
        Path home = Files.createDirectories(TARGET.resolve("jmh-it"));
        Path output = home.resolve(name + ".txt");
        Path progress = home.resolve(name + "-progress.txt");

        int exit = run(command.redirectOutput(output.toFile()).redirectError(progress.toFile()));

        assertThat(exit).as(Files.readString(progress)).isZero();
        return Files.readAllLines(output);
    }

    /** Returns the values of rows, each of which has to look like the pattern, in which quotes are single. */
    private static List<List<String>> cells(List<String> rows, String pattern) {
        Pattern row = Pattern.compile(pattern.replace('\'', '"'));
        return rows.stream()
                .map(line -> {
                    Matcher cells = row.matcher(line);
                    assertThat(cells.matches()).as(line).isTrue();
                    return IntStream.rangeClosed(1, cells.groupCount())
                            .mapToObj(cells::group)
                            .toList();
                })
                .toList();
    }

    private static List<Double> figures(List<String> row, int from) {
        return row.subList(from, row.size()).stream().map(Double::valueOf).toList();
    }

    private static ProcessBuilder program(String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                TARGET.resolve("benchmarks.jar").toString(),
                "dev.evenkeel.lb.benchmarks." + main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
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
                    .as("it ended within %d minutes", WATCHDOG_MINUTES)
                    .isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
