package dev.evenkeel.lb.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs {@link SelectBenchmark} and {@link FloorBenchmark} in turns, one fork each per round, and holds them against each
 * other. Of a fork counts the lower quartile of its iterations, because other load on the machine only ever adds; of a
 * cell the median of its forks, because one compilation may turn out better than the next. Exits with 1 if the pick
 * costs more than it may: 1.15 times the floor in the geometric mean over all cells, 1.35 times in any one, or any
 * allocation.
 *
 * <p>The only argument is the number of rounds, 5 by default.
 */
public final class PickRatio {
    private static final List<String> SIZES = List.of("3", "10", "100", "1000", "10000");
    private static final double MEAN_LIMIT = 1.15;
    private static final double CELL_LIMIT = 1.35;

    /** JMH divides what the whole fork allocated by the number of picks, so nothing is never exactly 0. */
    private static final double NO_BYTES = 0.01;

    private final Map<String, List<Double>> nanos = new TreeMap<>();
    private final Map<String, Double> mostBytes = new TreeMap<>();

    private PickRatio() {}

    /** Measures, prints the table and exits. */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length == 0 ? 5 : Integer.parseInt(args[0]);
        PickRatio ratio = new PickRatio();
        for (int round = 0; round < rounds; round++) {
            for (String size : SIZES) {
                ratio.measure(FloorBenchmark.class, size);
                ratio.measure(SelectBenchmark.class, size);
            }
        }
        System.exit(ratio.report() ? 0 : 1);
    }

    private void measure(Class<?> benchmark, String size) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(benchmark.getName())
                .param("backends", size)
                .forks(1)
                .warmupIterations(8)
                .warmupTime(TimeValue.milliseconds(150))
                .measurementIterations(20)
                .measurementTime(TimeValue.milliseconds(50))
                .addProfiler(GCProfiler.class)
                .build();
        for (RunResult result : new Runner(options).run()) {
            String down = result.getParams().getParam("down");
            String cell = cell(size, down == null ? "floor" : down);
            nanos.computeIfAbsent(cell, any -> new ArrayList<>()).add(lowerQuartile(result));
            Result<?> allocated = requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
            mostBytes.merge(cell, allocated.getScore(), Math::max);
        }
    }

    private static double lowerQuartile(RunResult fork) {
        List<Double> sorted = fork.getAggregatedResult().getIterationResults().stream()
                .map(iteration -> iteration.getPrimaryResult().getScore())
                .sorted()
                .toList();
        return sorted.get(sorted.size() / 4);
    }

    private boolean report() {
        System.out.printf("%n%10s %12s %8s %8s %6s %8s%n", "backends", "down", "ns", "floor", "ratio", "B/op");
        double sumOfLogs = 0;
        double worst = 0;
        double bytes = 0;
        int cells = 0;
        for (String size : SIZES) {
            double floor = median(cell(size, "floor"));
            for (String down : List.of("0", "0.33", "0.9", "all-but-one")) {
                String cell = cell(size, down);
                double ratio = median(cell) / floor;
                double allocated = mostBytes.getOrDefault(cell, 0.0);
                print("%10s %12s %8.2f %8.2f %6.2f %8.3f%n", size, down, median(cell), floor, ratio, allocated);
                sumOfLogs += Math.log(ratio);
                worst = Math.max(worst, ratio);
                bytes = Math.max(bytes, allocated);
                cells++;
            }
        }
        double mean = Math.exp(sumOfLogs / cells);
        print("geometric mean %.3f (limit %.2f), worst cell %.3f (limit %.2f)%n", mean, MEAN_LIMIT, worst, CELL_LIMIT);
        return mean <= MEAN_LIMIT && worst <= CELL_LIMIT && bytes < NO_BYTES;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private double median(String cell) {
        List<Double> sorted =
                nanos.getOrDefault(cell, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalStateException("nothing was measured for " + cell);
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String cell(String size, String column) {
        return size + " " + column;
    }
}
