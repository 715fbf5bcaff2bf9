package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Forks.Cell;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs {@link SelectBenchmark#roundRobin} and {@link FloorBenchmark#atomicCounter} in turns, one fork each per round, and
 * holds them against each other, see {@link Forks}. Exits with 1 if the pick costs more than it may: 1.15 times the floor
 * in the geometric mean over all cells, 1.35 times in any one, or any allocation.
 *
 * <p>The only argument is the number of rounds, 5 by default.
 */
public final class PickRatio {
    private static final List<String> SIZES = List.of("3", "10", "100", "1000", "10000");
    private static final List<String> SHARES = List.of("0", "0.33", "0.9", "all-but-one");
    private static final double MEAN_LIMIT = 1.15;
    private static final double CELL_LIMIT = 1.35;
    private static final double NO_BYTES = 0.01;

    private final Forks forks = new Forks(new Forks.Pace(8, 20));

    private PickRatio() {}

    /** Measures, prints the table and exits. */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length == 0 ? 5 : Integer.parseInt(args[0]);
        PickRatio ratio = new PickRatio();
        for (int round = 0; round < rounds; round++) {
            for (String size : SIZES) {
                ratio.forks.run(floor(size));
                for (String down : SHARES) {
                    ratio.forks.run(pick(size, down));
                }
            }
        }
        System.exit(ratio.report() ? 0 : 1);
    }

    private boolean report() {
        System.out.printf("%n%10s %12s %8s %8s %6s %8s%n", "backends", "down", "ns", "floor", "ratio", "B/op");
        double sumOfLogs = 0;
        double worst = 0;
        double bytes = 0;
        int cells = 0;
        for (String size : SIZES) {
            double floor = forks.median(floor(size));
            for (String down : SHARES) {
                double nanos = forks.median(pick(size, down));
                double ratio = nanos / floor;
                double allocated = forks.bytes(pick(size, down));
                print("%10s %12s %8.2f %8.2f %6.2f %8.3f%n", size, down, nanos, floor, ratio, allocated);
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

    private static Cell floor(String size) {
        return Cell.of(FloorBenchmark.class, "atomicCounter", size, null);
    }

    private static Cell pick(String size, String down) {
        return Cell.of(SelectBenchmark.class, "roundRobin", size, down);
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
