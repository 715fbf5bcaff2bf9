package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.PlanSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Who may be picked, decided off the path of a call. Immutable; published whole with one volatile write. A plan with one
 * group is that group, which saves a pick a step from one object to the next.
 */
final class Plan extends Group {
    /** The plan before any change was seen. */
    static final Plan EMPTY = new Plan(
            0,
            new Census(-1, 0, List.of(), List.of(), List.of()),
            new Layout(List.of(), List.of(), Long.MAX_VALUE),
            List.of(),
            false);

    /** Takes the draw of a group apart from whatever a policy makes of the same hash. */
    private static final long DRAW = 0xD6E8_FEB8_6659_FD93L;

    /** Counts the plans; only rises. */
    final long version;

    /** The roster's count of flips when this was decided. */
    final long flips;

    /** All members then, in the order of a last search. */
    final Lane[] lanes;

    /** The trials that are open; empty but for moments. */
    final Trial[] trials;

    private final boolean byKey;

    private final boolean several;
    private final Group[] groups;

    /** For each group but the last, the end of its part of the numbers from 0 to 2^31. */
    private final int[] ends;

    /** For people; no pick reads it. */
    private final PlanSnapshot snapshot;

    /** Members of which nobody is better than another, and the gates that keep one of them out. */
    record Lane(int mask, List<Member> members) {}

    /**
     * @param census what this was decided on
     * @param byKey whether one key is to stay in one group
     */
    Plan(long version, Census census, Layout layout, List<Group> groups, boolean byKey) {
        super(first(groups).mask, first(groups).selector, first(groups).eligible);
        this.version = version;
        this.flips = census.flips();
        this.trials = census.trials().toArray(Trial[]::new);
        this.byKey = byKey;
        this.groups = groups.isEmpty() ? new Group[] {NOBODY} : groups.toArray(Group[]::new);
        this.several = this.groups.length > 1;
        this.ends = ends(layout.parts());
        this.snapshot = new PlanSnapshot(version, told(layout.parts(), groups));
        this.lanes = layout.lanes().stream()
                .map(lane -> new Lane(lane.mask(), members(lane.members())))
                .toArray(Lane[]::new);
    }

    private static Group first(List<Group> groups) {
        return groups.isEmpty() ? NOBODY : groups.get(0);
    }

    private static List<Member> members(List<Standing> standings) {
        return standings.stream().map(standing -> (Member) standing.backend()).toList();
    }

    private static int[] ends(List<Layout.Part> parts) {
        int[] ends = new int[Math.max(0, parts.size() - 1)];
        double sum = 0;
        for (int i = 0; i < ends.length; i++) {
            sum += parts.get(i).share();
            ends[i] = (int) Math.min(Integer.MAX_VALUE, sum * 0x1p31);
        }
        return ends;
    }

    private static List<PlanSnapshot.Group> told(List<Layout.Part> parts, List<Group> groups) {
        List<PlanSnapshot.Group> told = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            Layout.Part part = parts.get(i);
            int eligible = groups.get(i).eligible.length;
            told.add(new PlanSnapshot.Group(part.tier(), part.zone(), part.share(), eligible, part.isPanic()));
        }
        return told;
    }

    PlanSnapshot snapshot() {
        return snapshot;
    }

    /** Draws the group for an attempt; with a key that the policy uses, always the same one. */
    Group group(Attempt attempt) {
        return several ? draw(attempt) : this;
    }

    private Group draw(Attempt attempt) {
        int drawn = byKey && attempt.isKeyed()
                ? (int) ((attempt.hash() * DRAW) >>> 33)
                : ThreadLocalRandom.current().nextInt() >>> 1;
        int at = 0;
        while (at < ends.length && drawn >= ends[at]) {
            at++;
        }
        return groups[at];
    }

    int eligibleCount() {
        int sum = 0;
        for (Group group : groups) {
            sum += group.eligible.length;
        }
        return sum;
    }
}
