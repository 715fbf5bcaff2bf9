package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;

/**
 * Picks any of the eligible backends, each pick by itself and each backend as likely as its effective weight says. Safe for
 * many threads, which share nothing; never blocks, never allocates.
 *
 * <p>One random number is looked up in an alias table: its upper part points to a column, and its lower part tells whether
 * that column's own backend is meant or the one it shares the column with. A. J. Walker, <a
 * href="https://doi.org/10.1145/355744.355749">An efficient method for generating discrete random variables with general
 * distributions</a>, 1977; M. D. Vose, <a href="https://doi.org/10.1109/32.92917">A linear algorithm for generating random
 * numbers with a given distribution</a>, 1991.
 *
 * <p>Costs a draw and two reads of memory beyond {@link Random}, whatever the number of backends; the table is built with
 * the plan in {@code O(n)} and takes 12 bytes for each backend. Probabilities are exact to 2<sup>-52</sup>. With equal
 * weights this is {@link Random}.
 *
 * <p>Right where {@link Random} is and backends differ in strength. {@link WeightedRoundRobin} gives the same shares
 * without the noise.
 */
public final class WeightedRandom implements Selector.Factory {
    private WeightedRandom() {}

    /** Returns the policy. */
    public static WeightedRandom policy() {
        return new WeightedRandom();
    }

    @Override
    public Selector create(Candidates candidates) {
        return Draw.from(candidates);
    }

    @Override
    public String name() {
        return "weighted-random";
    }
}
