package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Forks.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which bounds were broken, and the bounds that are the same for every policy. For one thread. */
final class Verdict {
    /** How many times the pick with none down a pick may cost with any share down. */
    static final double FLAT = 1.3;

    /** A pick of 2 ns that takes 1 ns longer is not told from noise by a factor. */
    static final double NOISE_NANOS = 1;

    /** How many times as much as its floor a pick may grow with the number of backends. */
    static final double GROWTH = 1.3;

    /** What a round robin that two threads share may cost, of a counter that they share. */
    static final double OF_CONTENDED = 0.5;

    static final double LEASE_BYTES = 48;

    /** What the fork itself allocates, shared by all operations of its short iterations. No object is smaller than 16. */
    static final double NO_BYTES = 0.1;

    private final List<String> broken = new ArrayList<>();
    private int checked;

    void atMost(double limit, double measured, Cell cell, String unit) {
        if (limit == Double.POSITIVE_INFINITY) {
            return;
        }
        checked++;
        if (!(measured <= limit)) {
            broken.add(String.format(Locale.ROOT, "%s: %.3f %s, limit %.2f", cell, measured, unit, limit));
        }
    }

    /** Prints what is broken and returns whether nothing is. */
    boolean print() {
        System.out.printf(Locale.ROOT, "%n%d of %d bounds broken%n", broken.size(), checked);
        broken.forEach(System.out::println);
        return broken.isEmpty();
    }
}
