package dev.evenkeel.lb.core.plan;

import org.jspecify.annotations.Nullable;

/**
 * Who of the members may be used, and for how much. Immutable. The stages go in this order.
 *
 * @param subset the part this client uses, or null for all
 * @param overprovisioning by how much a tier may be short of healthy backends before the next one takes over a part; 1.4
 *     means that a tier carries everything while more than 1 / 1.4 of its weight is healthy
 * @param zone the zone to stay in, or null for no preference
 * @param panicBelow the share of members that must be up for their health to count, 0 to 1; 0 for never
 * @param slowStart how newcomers are given their share, or null for all at once
 */
public record PlanRules(
        @Nullable Subset subset,
        double overprovisioning,
        @Nullable String zone,
        double panicBelow,
        @Nullable SlowStart slowStart) {
    /** All members, tier by tier, whatever their zone; health always counts. */
    public static final PlanRules DEFAULT = new PlanRules(null, 1.4, null, 0, null);

    /** Checks the values. */
    public PlanRules {
        if (!(overprovisioning >= 1) || Double.isInfinite(overprovisioning)) {
            throw new IllegalArgumentException("overprovisioning must be at least 1, was " + overprovisioning);
        }
        if (!(panicBelow >= 0 && panicBelow <= 1)) {
            throw new IllegalArgumentException("the panic threshold must be 0 to 1, was " + panicBelow);
        }
    }

    /** Sets the subset. */
    public PlanRules withSubset(Subset newSubset) {
        return new PlanRules(newSubset, overprovisioning, zone, panicBelow, slowStart);
    }

    /** Sets the overprovisioning, at least 1. */
    public PlanRules withOverprovisioning(double factor) {
        return new PlanRules(subset, factor, zone, panicBelow, slowStart);
    }

    /** Sets the zone to stay in. */
    public PlanRules withZone(String newZone) {
        return new PlanRules(subset, overprovisioning, newZone, panicBelow, slowStart);
    }

    /** Sets the panic threshold, 0 to 1. */
    public PlanRules withPanicBelow(double share) {
        return new PlanRules(subset, overprovisioning, zone, share, slowStart);
    }

    /** Sets the slow start. */
    public PlanRules withSlowStart(SlowStart newSlowStart) {
        return new PlanRules(subset, overprovisioning, zone, panicBelow, newSlowStart);
    }
}
