package dev.evenkeel.lb.core.plan;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who of the members may be used, and for how much. Immutable. Draining members are never used and count for nothing.
 *
 * <p><b>Subset.</b> Out of each tier the client draws the members it uses, see {@link Subset}.
 *
 * <p><b>Tiers.</b> A tier's capacity is {@code min(1, overprovisioning * usable weight / weight)}. The best tier takes the
 * traffic up to its capacity, the next one what is left, and so on; if all together cannot take everything, they share it
 * in proportion to what they can. It is Envoy's <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority">priority
 * load</a>: a tier is taken to be strong enough, while all of it is up, for {@code overprovisioning} times the traffic.
 *
 * <p><b>Zone.</b> Within a tier the traffic stays in the client's own zone, up to that zone's capacity: its share of the
 * usable weight, times the number of zones. Only what it lacks goes to other zones, in proportion to what they have to
 * spare. The clients are taken to be spread evenly over the zones. Members without a zone make one of their own. After
 * Envoy's <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/zone_aware">zone aware
 * routing</a>.
 *
 * <p><b>Panic.</b> When all tiers together cannot take everything, a tier with less than {@code panicBelow} of its members
 * up, by count, stops looking at health and uses all its members: so many down at once are more likely a fault of the
 * checks, and the few that are left would be overrun. The tier keeps the share that failover gave it; but when no tier
 * outside panic has anyone up, those in panic share by the weight of all their members. Members without a verdict do
 * not count either way, and until most of a tier have one it does not panic. After Envoy's <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/panic_threshold">panic
 * threshold</a>. It follows that a lone tier does not panic while 1 / {@code overprovisioning} of its weight is up,
 * however high the threshold.
 *
 * <p><b>Slow start.</b> Newcomers get their share little by little, see {@link SlowStart}; not in panic.
 *
 * @param subset the part this client uses, or null for all
 * @param overprovisioning by how much a tier may be short of healthy backends before the next one takes over a part; 1.4
 *     means that a tier carries everything while at least 1 / 1.4 of its weight is healthy
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

    /** What an endpoint can have for a zone. */
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    /** Checks the values. */
    public PlanRules {
        if (!(overprovisioning >= 1) || Double.isInfinite(overprovisioning)) {
            throw new IllegalArgumentException(
                    "overprovisioning must be at least 1 and finite, was " + overprovisioning);
        }
        if (zone != null && !ZONE.matcher(zone).matches()) {
            throw new IllegalArgumentException(
                    "zone must be 1 to 63 letters, digits, '.', '-' or '_', was \"" + zone + "\"");
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
