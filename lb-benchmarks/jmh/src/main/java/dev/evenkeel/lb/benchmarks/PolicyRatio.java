package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Forks.Cell;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the pick of each policy beside its floors, one fork each per round, see {@link Forks}, and its lease; then the
 * picks on 2 and on 8 threads. Exits with 1 if a bound is broken: those of {@link Bound}, and those that hold for all.
 *
 * <p>Arguments, each optional: the number of rounds, 2 by default; the sizes, {@code 10,1000,10000} by default, the first
 * of which is what growth is measured from and what several threads are run on; and the policies, all by default.
 */
public final class PolicyRatio {
    private static final List<String> SHARES = List.of("0", "0.33", "0.9", "all-but-one");
    private static final List<Integer> SEVERAL = List.of(2, 8);

    private final Forks forks = new Forks(new Forks.Pace(3, 8));
    private final List<String> sizes;
    private final List<Bound> bounds;

    private PolicyRatio(List<String> sizes, List<Bound> bounds) {
        this.sizes = sizes;
        this.bounds = bounds;
    }

    /** Measures, prints the tables and exits. */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 2;
        List<String> sizes = List.of((args.length > 1 ? args[1] : "10,1000,10000").split(",", -1));
        PolicyRatio ratio = new PolicyRatio(sizes, args.length > 2 ? bounds(args[2]) : Bound.ALL);
        for (int round = 0; round < rounds; round++) {
            for (Cell cell : ratio.cells()) {
                ratio.forks.run(cell);
            }
        }
        System.exit(ratio.report() ? 0 : 1);
    }

    private static List<Bound> bounds(String methods) {
        List<Policy> wanted =
                Stream.of(methods.split(",", -1)).map(Policy::named).toList();
        return Bound.ALL.stream()
                .filter(bound -> wanted.contains(bound.policy()))
                .toList();
    }

    /** Each once, and each policy after its floors. */
    private Set<Cell> cells() {
        Set<Cell> cells = new LinkedHashSet<>();
        for (String size : sizes) {
            for (Bound bound : bounds) {
                bound.floors().map(floor -> floor(floor, size)).forEach(cells::add);
                SHARES.forEach(down -> cells.add(pick(bound, size, down)));
                cells.add(lease(bound, size));
            }
        }
        String size = sizes.get(0);
        for (int threads : SEVERAL) {
            for (Bound bound : bounds) {
                cells.add(floor(bound.floor(), size).on(threads));
                cells.add(pick(bound, size, "0").on(threads));
            }
        }
        return cells;
    }

    private boolean report() {
        Verdict verdict = new Verdict();
        print(
                "%n%-24s %8s %12s %8s %8s %6s %6s %8s%n",
                "pick", "backends", "down", "ns", "floor", "ratio", "flat", "B/op");
        for (Bound bound : bounds) {
            sizes.forEach(size -> SHARES.forEach(down -> reportPick(verdict, bound, size, down)));
        }
        print("%n%-24s %8s %8s %8s%n", "growth", "backends", "pick", "floor");
        for (Bound bound : bounds) {
            sizes.stream().skip(1).forEach(size -> reportGrowth(verdict, bound, size));
        }
        print("%n%-24s %8s %8s %8s%n", "acquire + complete", "backends", "ns", "B/op");
        for (Bound bound : bounds) {
            sizes.forEach(size -> reportLease(verdict, bound, size));
        }
        print("%n%-24s %8s %8s %8s %8s %6s%n", "several threads", "threads", "backends", "ns", "floor", "ratio");
        for (Bound bound : bounds) {
            SEVERAL.forEach(threads -> reportSeveral(verdict, bound, threads));
        }
        return verdict.print();
    }

    private void reportPick(Verdict verdict, Bound bound, String size, String down) {
        Cell cell = pick(bound, size, down);
        double nanos = forks.median(cell);
        double floor = forks.median(floor(bound.floor(), size));
        double allUp = forks.median(pick(bound, size, "0"));
        double bytes = forks.bytes(cell);
        print(
                "%-24s %8s %12s %8.2f %8.2f %6.2f %6.2f %8.3f%n",
                bound.policy().method(), size, down, nanos, floor, nanos / floor, nanos / allUp, bytes);
        verdict.atMost(bound.ratio(), nanos / floor, cell, "times its floor");
        verdict.atMost(bound.nanos(), nanos, cell, "ns");
        if (nanos - allUp > Verdict.NOISE_NANOS) {
            verdict.atMost(Verdict.FLAT, nanos / allUp, cell, "times the pick with none down");
        }
        verdict.atMost(Verdict.NO_BYTES, bytes, cell, "B/op");
    }

    private void reportGrowth(Verdict verdict, Bound bound, String size) {
        String smallest = sizes.get(0);
        Cell cell = pick(bound, size, "0");
        double pick = forks.median(cell) / forks.median(pick(bound, smallest, "0"));
        double floor = forks.median(floor(bound.growth(), size)) / forks.median(floor(bound.growth(), smallest));
        print("%-24s %8s %8.2f %8.2f%n", bound.policy().method(), size, pick, floor);
        verdict.atMost(Verdict.GROWTH, pick / floor, cell, "times the growth of " + bound.growth());
    }

    private void reportLease(Verdict verdict, Bound bound, String size) {
        Cell cell = lease(bound, size);
        double bytes = forks.bytes(cell);
        print("%-24s %8s %8.2f %8.3f%n", bound.policy().method(), size, forks.median(cell), bytes);
        verdict.atMost(Verdict.LEASE_BYTES + Verdict.NO_BYTES, bytes, cell, "B/op");
    }

    private void reportSeveral(Verdict verdict, Bound bound, int threads) {
        String size = sizes.get(0);
        Cell cell = pick(bound, size, "0").on(threads);
        double nanos = forks.median(cell);
        double floor = forks.median(floor(bound.floor(), size).on(threads));
        print("%-24s %8d %8s %8.2f %8.2f %6.2f%n", bound.policy().method(), threads, size, nanos, floor, nanos / floor);
        if (bound.policy() == Policy.ROUND_ROBIN && threads == 2) {
            verdict.atMost(Verdict.OF_CONTENDED, nanos / floor, cell, "times the contended counter");
        }
    }

    private static Cell floor(String method, String size) {
        return Cell.of(FloorBenchmark.class, method, size, null);
    }

    private static Cell pick(Bound bound, String size, String down) {
        return Cell.of(SelectBenchmark.class, bound.policy().method(), size, down);
    }

    private static Cell lease(Bound bound, String size) {
        return Cell.of(LeaseBenchmark.class, bound.policy().method(), size, "0");
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }
}
