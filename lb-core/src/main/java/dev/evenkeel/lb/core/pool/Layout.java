package dev.evenkeel.lb.core.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may be used and for how much, decided by the stages. A value: holds no selector yet.
 *
 * @param parts the groups with a share above 0; empty if nobody is usable
 * @param lanes all members, best first, in the order in which a last search goes through them
 * @param nextChangeNanos how long this holds if nothing happens; {@link Long#MAX_VALUE} for ever
 */
record Layout(List<Part> parts, List<Lane> lanes, long nextChangeNanos) {
    /**
     * Members of which nobody is better than another.
     *
     * @param mask the gates that keep one of them out
     */
    record Lane(int mask, List<Standing> members) {}

    /**
     * One group.
     *
     * @param group the same number for the same tier and zone, from plan to plan
     * @param share of the attempts, above 0; the shares of all parts sum to 1
     * @param zone the zone of all of them, or null if zones play no part or they have none
     * @param mask the gates that keep a member of this group out
     * @param members all of the group, at least one
     */
    record Part(int group, double share, @Nullable String zone, int mask, List<Placed> members) {
        /** Returns the tier of all of them. */
        int tier() {
            return members.get(0).standing().endpoint().tier();
        }

        /** Tells whether health is ignored in this group. */
        boolean isPanic() {
            return (mask & Gate.PROBE.bit()) == 0;
        }
    }

    /**
     * One member of a group.
     *
     * @param ramp how much of its weight counts, in percent, 10 to 100
     * @param eligible whether it may be used
     */
    record Placed(Standing standing, int ramp, boolean eligible) {}
}
