package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;

/**
 * Takes turns among the eligible backends. Safe for many threads; never blocks, never allocates.
 *
 * <p>One ticket per pick, counted over the eligible set only, so what is down costs nothing and gives its neighbour
 * nothing extra: {@code backend = set[(ticket + offset) mod n]}, and any {@code n} picks in a row give each of {@code n}
 * backends exactly one. Where threads contend for the ticket, the counter is spread over stripes, each exact by itself,
 * and the shares differ by at most one per stripe, of which there are up to four for each processor.
 *
 * <p>The cursor starts at a random place, so that many clients that start together do not all begin with the same backend.
 * When the set changes, the round goes on at the same fraction of its length, so that it neither starts over nor sends a
 * herd to the first backend. Where the counter is spread, that is the fraction of the first stripe; the others go on
 * wherever their tickets point to.
 *
 * <p>With unequal effective weights, whether configured or in slow start, this is {@link WeightedRoundRobin}.
 *
 * <p>Costs a counter, a modulo and a read of an array, whatever the number of backends. Right when requests cost about
 * the same. Where some take far longer, or backends slow down without failing, a policy that looks at load is better.
 */
public final class RoundRobin implements Selector.Factory {
    private final Rotation rotation;

    private RoundRobin(Rotation rotation) {
        this.rotation = rotation;
    }

    /** Returns the policy for one balancer, starting at a random place. */
    public static RoundRobin policy() {
        return new RoundRobin(Rotation.random());
    }

    /** Returns the policy with its first ticket given, for a test that must know who is next. */
    public static RoundRobin startingAt(long ticket) {
        return new RoundRobin(Rotation.startingAt(ticket));
    }

    @Override
    public Selector create(Candidates candidates) {
        return rotation.next(candidates);
    }

    @Override
    public String name() {
        return "round-robin";
    }
}
