package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.core.plan.PlanRules;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way from members to a {@link Layout}. A pure function in O(n log n).
 *
 * <p>{@link TierStage} gives each tier its share and decides on panic, {@link SubsetStage} draws this client's members out
 * of each tier, {@link ZoneStage} splits them, {@link RampStage} holds newcomers back. A tier is weighed as a whole and not
 * by the part that one client drew, so that all clients fail over alike, and a subset that has grown past its dead members
 * does not count as half dead.
 */
final class Stages {
    private Stages() {}

    static Layout layout(List<Standing> members, PlanRules rules, long now) {
        List<Layout.Part> parts = new ArrayList<>();
        List<Layout.Lane> lanes = new ArrayList<>();
        List<Layout.Lane> others = new ArrayList<>();
        long next = Long.MAX_VALUE;
        for (TierStage.Tier tier : TierStage.share(members, rules)) {
            SubsetStage.Draw draw = SubsetStage.draw(tier.members(), rules.subset(), tier.mask());
            if (tier.share() > 0) {
                next = Math.min(next, addParts(parts, tier, draw.drawn(), rules, now));
            }
            addLanes(lanes, tier.mask(), draw.drawn(), rules.zone());
            addLanes(others, tier.mask(), draw.rest(), rules.zone());
        }
        lanes.addAll(others); // whom this client did not draw comes after the last tier
        return new Layout(List.copyOf(parts), List.copyOf(lanes), next);
    }

    /** Returns in how many nanoseconds a ramp of these parts rises. */
    private static long addParts(
            List<Layout.Part> parts, TierStage.Tier tier, List<Standing> drawn, PlanRules rules, long now) {
        int mask = tier.mask();
        List<Standing> usable =
                drawn.stream().filter(member -> member.isOpen(mask)).toList();
        RampStage ramps = tier.isPanic() ? RampStage.LEVEL : RampStage.of(usable, rules.slowStart(), now);
        long next = Long.MAX_VALUE;
        for (ZoneStage.Zone zone : ZoneStage.split(drawn, rules.zone(), mask)) {
            if (zone.share() == 0) {
                continue;
            }
            List<Layout.Placed> placed = new ArrayList<>(zone.members().size());
            for (Standing member : zone.members()) {
                boolean eligible = member.isOpen(mask);
                placed.add(new Layout.Placed(member, eligible ? ramps.percent(member) : 100, eligible));
                next = eligible ? Math.min(next, ramps.nanosToNextStep(member)) : next;
            }
            int group = rules.zone() == null ? tier.number() : group(tier.number(), zone.name());
            String named = rules.zone() == null || zone.name().equals(ZoneStage.NOWHERE) ? null : zone.name();
            parts.add(new Layout.Part(group, tier.share() * zone.share(), named, mask, List.copyOf(placed)));
        }
        return next;
    }

    /** Not {@code Objects.hash}: to that, two letters are enough for zones that look alike. */
    private static int group(int tier, String zone) {
        return Math.floorMod(Attempt.hash(tier + "/" + zone), Integer.MAX_VALUE);
    }

    private static void addLanes(List<Layout.Lane> lanes, int mask, List<Standing> members, @Nullable String zone) {
        Predicate<Standing> isLocal =
                member -> zone == null || zone.equals(member.endpoint().zone());
        addLane(lanes, mask, members.stream().filter(isLocal).toList());
        addLane(lanes, mask, members.stream().filter(isLocal.negate()).toList());
    }

    private static void addLane(List<Layout.Lane> lanes, int mask, List<Standing> lane) {
        if (!lane.isEmpty()) {
            lanes.add(new Layout.Lane(mask, lane));
        }
    }
}
