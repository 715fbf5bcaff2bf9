package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.core.plan.PlanRules;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The stage that shares the traffic out among tiers, and decides which of them panic.
 *
 * <p>A tier's capacity is {@code min(1, overprovisioning * usable weight / weight)}, draining members aside. Each tier in
 * turn, the best first, takes what is left up to its capacity; when all together fall short of 1, their shares are scaled
 * up. That is Envoy's <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority">priority
 * load</a>, with weights in the place of counts and without the rounding to whole percents.
 *
 * <p>Only when they fall short may a tier <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/panic_threshold">panic</a>,
 * and then as in Envoy: the shares between tiers stay those of failover, so a tier that panics with 5 % up does not take
 * the traffic of one that has 65 % up, but what it gets is spread over all its members. When no tier outside panic has
 * anyone up, verdicts are no guide between tiers either, and those in panic count by the weight of all their members.
 */
final class TierStage {
    /** The gates that keep a member out in panic too. A member behind one of them is draining. */
    static final int PANIC_MASK = Gate.OPERATOR.bit() | Gate.LEAVING.bit() | Gate.BALANCER.bit();

    /** Below this a difference of two sums of shares is the rounding of floating point. */
    private static final double ROUNDING = 1e-12;

    private TierStage() {}

    /**
     * One tier with what was decided on it.
     *
     * @param members all of the tier
     * @param mask the gates that keep a member out
     * @param share of the attempts, 0 for none; all sum to 1 unless nobody is usable
     */
    record Tier(int number, List<Standing> members, int mask, double share) {
        boolean isPanic() {
            return mask == PANIC_MASK;
        }
    }

    /** Returns all tiers, the best first. */
    static List<Tier> share(List<Standing> members, PlanRules rules) {
        SortedMap<Integer, List<Standing>> byTier = new TreeMap<>();
        for (Standing member : members) {
            byTier.computeIfAbsent(member.endpoint().tier(), tier -> new ArrayList<>())
                    .add(member);
        }
        int n = byTier.size();
        Strength[] strengths = byTier.values().stream().map(Strength::of).toArray(Strength[]::new);
        double[] capacities = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            capacities[i] = strengths[i].capacity(rules.overprovisioning());
            sum += capacities[i];
        }
        boolean isShort = sum < 1 - ROUNDING;
        boolean[] panic = new boolean[n];
        for (int i = 0; i < n; i++) {
            panic[i] = isShort && strengths[i].isBelow(rules.panicBelow());
        }
        double[] shares =
                shares(onlyPanicIsLeft(panic, capacities) ? weightsInPanic(panic, strengths) : taken(capacities));
        List<Tier> tiers = new ArrayList<>(n);
        for (int number : byTier.keySet()) {
            int i = tiers.size();
            tiers.add(new Tier(number, List.copyOf(byTier.get(number)), panic[i] ? PANIC_MASK : Gate.ALL, shares[i]));
        }
        return tiers;
    }

    private static boolean onlyPanicIsLeft(boolean[] panic, double[] capacities) {
        boolean any = false;
        for (int i = 0; i < panic.length; i++) {
            if (!panic[i] && capacities[i] > 0) {
                return false;
            }
            any |= panic[i];
        }
        return any;
    }

    private static double[] weightsInPanic(boolean[] panic, Strength[] strengths) {
        double[] weights = new double[panic.length];
        for (int i = 0; i < panic.length; i++) {
            weights[i] = panic[i] ? strengths[i].weight : 0;
        }
        return weights;
    }

    private static double[] taken(double[] capacities) {
        double[] taken = new double[capacities.length];
        double left = 1;
        for (int i = 0; i < capacities.length && left > ROUNDING; i++) {
            taken[i] = Math.min(left, capacities[i]);
            left -= taken[i];
        }
        return taken;
    }

    /** Scales to a sum of 1, or leaves all at 0. */
    private static double[] shares(double[] parts) {
        double sum = 0;
        for (double part : parts) {
            sum += part;
        }
        double[] shares = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            shares[i] = sum == 0 ? 0 : parts[i] / sum;
        }
        return shares;
    }

    /** What one tier has, draining members aside. */
    private record Strength(long weight, long usableWeight, int count, int judged, int up) {
        static Strength of(List<Standing> members) {
            long weight = 0;
            long usableWeight = 0;
            int count = 0;
            int judged = 0;
            int up = 0;
            for (Standing member : members) {
                if (!member.isOpen(PANIC_MASK)) {
                    continue;
                }
                count++;
                weight += member.endpoint().weight();
                boolean isUsable = member.isOpen(Gate.ALL);
                usableWeight += isUsable ? member.endpoint().weight() : 0;
                judged += member.judged() ? 1 : 0;
                up += isUsable && member.judged() ? 1 : 0;
            }
            return new Strength(weight, usableWeight, count, judged, up);
        }

        double capacity(double overprovisioning) {
            return count == 0 ? 0 : Math.min(1, overprovisioning * ((double) usableWeight / weight));
        }

        boolean isBelow(double threshold) {
            // Who is not judged yet says nothing either way, so that one newcomer does not end a panic; while most are
            // not, it is too early to tell. Divided, not multiplied: 3 / 10.0 is the number 0.3, 0.3 * 10 need not be
            // 3.
            return 2 * judged > count && (double) up / judged < threshold;
        }
    }
}
