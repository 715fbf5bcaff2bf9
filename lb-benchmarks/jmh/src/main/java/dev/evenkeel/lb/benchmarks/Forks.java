package dev.evenkeel.lb.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks one fork at a time and keeps what each cell of a table came to. Of a fork counts the lower quartile of
 * its iterations, because other load on the machine only ever adds; of a cell the median of its forks, because one
 * compilation may turn out better than the next. For one thread.
 */
final class Forks {
    private static final TimeValue LONGEST_ITERATION = TimeValue.seconds(30);

    private final Pace pace;
    private final Map<Cell, List<Double>> nanos = new HashMap<>();
    private final Map<Cell, Double> mostBytes = new HashMap<>();

    /** How long a fork runs: warm-up iterations of 150 ms, then measured ones of 50 ms. */
    record Pace(int warmups, int measured) {}

    /**
     * What is measured in one fork.
     *
     * @param benchmark class and method: {@code SelectBenchmark.random}
     * @param backends how many there are
     * @param down the share that is down, or null for a benchmark that knows none
     */
    record Cell(String benchmark, String backends, @Nullable String down, int threads) {
        static Cell of(Class<?> type, String method, String backends, @Nullable String down) {
            return new Cell(type.getSimpleName() + "." + method, backends, down, 1);
        }

        Cell on(int count) {
            return new Cell(benchmark, backends, down, count);
        }

        @Override
        public String toString() {
            String text = benchmark + ", " + backends + " backends" + (down == null ? "" : ", down " + down);
            return threads == 1 ? text : text + ", " + threads + " threads";
        }
    }

    Forks(Pace pace) {
        this.pace = pace;
    }

    /** Runs one fork and says so. */
    void run(Cell cell) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(Pattern.quote("." + cell.benchmark) + "$")
                .param("backends", cell.backends)
                .threads(cell.threads)
                .forks(1)
                .warmupIterations(pace.warmups)
                .warmupTime(TimeValue.milliseconds(150))
                .measurementIterations(pace.measured)
                .measurementTime(TimeValue.milliseconds(50))
                .timeout(LONGEST_ITERATION)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .addProfiler(GCProfiler.class);
        if (cell.down != null) {
            options.param("down", cell.down);
        }
        RunResult fork = new Runner(options.build()).runSingle();
        double quartile = lowerQuartile(fork);
        nanos.computeIfAbsent(cell, any -> new ArrayList<>()).add(quartile);
        Result<?> allocated = requireNonNull(fork.getSecondaryResults().get("gc.alloc.rate.norm"));
        mostBytes.merge(cell, allocated.getScore(), Math::max);
        System.out.printf(Locale.ROOT, "%s: %.2f ns%n", cell, quartile);
    }

    private static double lowerQuartile(RunResult fork) {
        List<Double> sorted = fork.getAggregatedResult().getIterationResults().stream()
                .map(iteration -> iteration.getPrimaryResult().getScore())
                .sorted()
                .toList();
        return sorted.get(sorted.size() / 4);
    }

    /** Returns the median of the forks of a cell in nanoseconds per operation. */
    double median(Cell cell) {
        List<Double> sorted =
                nanos.getOrDefault(cell, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalStateException("nothing was measured for " + cell);
        }
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * Returns the bytes per operation that a cell allocated, in the worst of its forks. JMH divides what the whole fork
     * allocated by the number of operations, so nothing is never exactly 0.
     */
    double bytes(Cell cell) {
        return mostBytes.getOrDefault(cell, 0.0);
    }
}
