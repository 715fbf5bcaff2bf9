package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.core.plan.PlanRules;
import java.util.List;

/** The way from members to a {@link Layout}: subset, tiers, zones, panic, slow start. Pure. */
final class Stages {
    private Stages() {}

    static Layout layout(List<Standing> members, PlanRules rules, long now) {
        List<Layout.Placed> placed = members.stream()
                .map(member -> new Layout.Placed(member, 100, member.isOpen(Gate.ALL)))
                .toList();
        boolean none = placed.stream().noneMatch(Layout.Placed::eligible);
        return new Layout(
                none ? List.of() : List.of(new Layout.Part(0, 1, Gate.ALL, placed)), List.of(members), Long.MAX_VALUE);
    }
}
