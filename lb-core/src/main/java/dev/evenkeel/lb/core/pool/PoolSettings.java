package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.core.plan.PlanRules;

/**
 * What a pool is told once.
 *
 * @param rules who of the members may be used, and for how much
 * @param probed whether a prober judges the members
 * @param maxInFlight how many attempts may be in flight on one member; {@link Long#MAX_VALUE} for any number
 */
public record PoolSettings(PlanRules rules, boolean probed, long maxInFlight) {
    /** No rules, no prober, no limit. */
    public static final PoolSettings PLAIN = new PoolSettings(PlanRules.DEFAULT, false, Long.MAX_VALUE);
}
