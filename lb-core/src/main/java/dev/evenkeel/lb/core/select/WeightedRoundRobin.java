package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;

/**
 * Takes turns among the eligible backends in proportion to their effective weights, without bursts. Safe for many
 * threads; never blocks, never allocates.
 *
 * <p>The effective weights are divided by their greatest common divisor; let {@code S} be their sum then.
 *
 * <ul>
 *   <li>Equal weights: plain {@link RoundRobin}, which in turn is this policy when weights are unequal. The two differ in
 *       name only.
 *   <li>{@code S} up to 65,536: a round of {@code S} steps is written down with the plan, each backend at even distances
 *       (earliest deadline first, as in gRPC and Envoy, with deadlines shifted against each other). {@code backend =
 *       round[(ticket + offset) mod S]}. Any {@code S} picks in a row give each backend exactly its weight, and any fewer
 *       its share within 2.5. Costs as much as plain round robin, and one read of memory more when the round does not
 *       fit the processor's caches; 4 bytes for each step.
 *   <li>{@code S} above: turns through the columns of an alias table (Walker 1977, Vose 1991), one for each backend, each
 *       looked at by the golden ratio higher in every round (Weyl 1916). Costs a multiplication more than plain round robin,
 *       and 12 bytes for each backend. A backend is off its share by up to 10 picks out of millions; by more if it is far
 *       above the mean, where it lives off the columns of many others: by 25 picks beside 100 others with weights that
 *       fall as 1, 1/2, 1/3 and so on, 52 beside 1,000, and 190 beside 10,000, of a million that it gets. The table is
 *       built in {@code O(n)}, 0.5 ms for 10,000 backends.
 * </ul>
 *
 * <p>Under contention the ticket is spread over stripes as in {@link RoundRobin}, each exact by itself. On a change of the
 * set or of a weight the round goes on at the same fraction of its length, which is that of the first stripe.
 *
 * <p>Right when backends differ in strength by a factor that is known, and requests cost about the same. A weight says
 * what a backend gets, not what it can bear: where that changes from minute to minute, a policy that looks at load is
 * better.
 */
public final class WeightedRoundRobin implements Selector.Factory {
    private final Rotation rotation;

    private WeightedRoundRobin(Rotation rotation) {
        this.rotation = rotation;
    }

    /** Returns the policy for one balancer, starting at a random place. */
    public static WeightedRoundRobin policy() {
        return new WeightedRoundRobin(Rotation.random());
    }

    /** Returns the policy with its first ticket given, for a test that must know who is next. */
    public static WeightedRoundRobin startingAt(long ticket) {
        return new WeightedRoundRobin(Rotation.startingAt(ticket));
    }

    @Override
    public Selector create(Candidates candidates) {
        return rotation.next(candidates);
    }

    @Override
    public String name() {
        return "weighted-round-robin";
    }
}
