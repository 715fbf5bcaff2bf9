package dev.evenkeel.lb.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan that is in force: who shares the attempts, and how.
 *
 * @param version counts the published plans, from 1; only rises. 0 before the first
 * @param groups the groups with a share above 0; empty if nobody is usable
 */
public record PlanSnapshot(long version, List<Group> groups) {
    /**
     * Backends that share one selector.
     *
     * @param tier their tier, 0 is the best
     * @param zone their zone, or null if zones play no part or they have none
     * @param share of the attempts, above 0 to 1; all shares sum to 1
     * @param eligible how many of them may be picked
     * @param panic whether their health is ignored because too few are up
     */
    public record Group(int tier, @Nullable String zone, double share, int eligible, boolean panic) {}

    /** Takes a copy of the list. */
    public PlanSnapshot {
        groups = List.copyOf(groups);
    }

    /** Returns how many backends may be picked. */
    public int eligible() {
        return groups.stream().mapToInt(Group::eligible).sum();
    }

    /** Tells whether the health of some group is ignored. */
    public boolean isPanic() {
        return groups.stream().anyMatch(Group::panic);
    }

    @Override
    public String toString() {
        return "plan " + version + (isPanic() ? " in panic" : "");
    }
}
