package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;

/**
 * Picks any of the eligible backends, each pick by itself and all equally likely: {@code set[random mod n]}. Safe for
 * many threads, which share nothing; never blocks, never allocates.
 *
 * <p>With unequal effective weights, whether configured or in slow start, this is {@link WeightedRandom}.
 *
 * <p>Costs a draw of {@link java.util.concurrent.ThreadLocalRandom} and a multiplication, whatever the number of backends
 * and threads. The share of a backend after {@code N} picks is off by about {@code sqrt(N / n)} picks, and ten in a row may
 * well go to one backend. So round robin is better nearly always; this is right where arrivals have a rhythm that
 * taking turns would fall in with, such as every second call being a heavy one, or as something to compare with.
 */
public final class Random implements Selector.Factory {
    private Random() {}

    /** Returns the policy. */
    public static Random policy() {
        return new Random();
    }

    @Override
    public Selector create(Candidates candidates) {
        return Draw.from(candidates);
    }

    @Override
    public String name() {
        return "random";
    }
}
