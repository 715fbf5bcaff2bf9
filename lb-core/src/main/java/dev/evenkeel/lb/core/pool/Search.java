package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Attempt;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pick does when the selector's first answer was of no use. For one pick, on one thread.
 *
 * <p>If the answer's gate had closed, the search asks again a few times. If the answer had no room left, the search goes
 * round its group once. Then it looks at all members, best first. It says "none" only after such a lap during which the
 * roster's count of flips stood still: two flips never share a rise, so at most one change fell into the lap, and one
 * change cannot hide a backend that was up before or after it. Nor may the plan have changed meanwhile. After three
 * disturbed laps it makes one with the gates held still. So "none" is never said while some backend is up at every
 * instant, even if which one changes.
 *
 * <p>Whom the attempt excludes is passed over, at every step.
 *
 * <p>Costs as many steps as there are members that are down or full, and one look at each of them for a policy that has
 * to count to say how much room there is.
 */
final class Search {
    /** What the pick is for. */
    enum Purpose {
        /** The answer is only looked at. */
        LOOK,
        /** An attempt begins on the answer. */
        BEGIN
    }

    /** Beyond these the plan is plainly out of date, and a lap finds what is to be found. */
    private static final int SECOND_CHANCES = 3;

    private static final int UNDISTURBED_LAPS = 3;

    private final Pool pool;
    private final Attempt attempt;
    private final Purpose purpose;
    private boolean metFull;
    private boolean metTried;

    /** Where the laps of this search start; one for all, or lanes would be entered in step with each other. */
    private final long start;

    Search(Pool pool, Attempt attempt, Purpose purpose) {
        this.pool = pool;
        this.attempt = attempt;
        this.purpose = purpose;
        this.start = pool.nextLap();
    }

    /** Tells whether the last lap met a member that is eligible and full. */
    boolean metFull() {
        return metFull;
    }

    /** Tells whether the last lap met a member that is eligible, but excluded by the attempt. */
    boolean metTried() {
        return metTried;
    }

    /** Returns a member, on which the attempt has begun if that is the purpose, or null. */
    @Nullable
    Member run() {
        for (int chance = 0; chance < SECOND_CHANCES; chance++) {
            Group group = pool.plan().group(attempt);
            if (group.eligible.length == 0) {
                break;
            }
            Member picked = pool.ask(group, attempt);
            if (picked == null || attempt.excludes(picked) || !group.admits(picked)) {
                continue;
            }
            if (take(picked, group.maskFor(picked), pool.room(group, picked))) {
                return picked;
            }
            Member other = around(group);
            if (other != null) {
                return other;
            }
            break;
        }
        return lap();
    }

    /** Goes round a group for one that has room under the selector's own limit. */
    private @Nullable Member around(Group group) {
        int n = group.eligible.length;
        int at = startOf(n);
        for (int step = 0; step < n; step++) {
            Member member = group.eligible[at];
            // The selector may have to look at them all to say how much room there is.
            if (member.inFlight() < pool.maxInFlight()
                    && !attempt.excludes(member)
                    && take(member, group.mask, pool.room(group, member))) {
                return member;
            }
            at = at + 1 == n ? 0 : at + 1;
        }
        return null;
    }

    private @Nullable Member lap() {
        Roster roster = pool.roster();
        for (int lap = 0; lap < UNDISTURBED_LAPS; lap++) {
            long before = roster.flips();
            Plan plan = pool.plan();
            Member member = lap(plan, roster.members(), before);
            if (member != null) {
                return member;
            }
            // A plan may have ended or begun a panic without any flip.
            if (roster.flips() == before && pool.plan() == plan) {
                return null;
            }
        }
        return roster.holdingStill(() -> lap(pool.plan(), roster.members(), roster.flips()));
    }

    private @Nullable Member lap(Plan plan, Member[] members, long flips) {
        metFull = false;
        metTried = false;
        for (Plan.Lane lane : plan.lanes) {
            Member member = lap(lane.members(), lane.mask());
            if (member != null) {
                return member;
            }
        }
        // Somebody may have joined since the plan; whom it has seen is looked at twice.
        return plan.flips == flips ? null : lap(Arrays.asList(members), Gate.ALL);
    }

    private @Nullable Member lap(List<Member> members, int mask) {
        int n = members.size();
        int at = startOf(n);
        for (int step = 0; step < n; step++) {
            Member member = members.get(at);
            if (take(member, mask, pool.maxInFlight())) {
                return member;
            }
            at = at + 1 == n ? 0 : at + 1;
        }
        return null;
    }

    private int startOf(int members) {
        return members == 0 ? 0 : (int) Math.floorMod(start, (long) members);
    }

    private boolean take(Member member, int mask, long room) {
        if ((member.gates & mask) != 0) {
            return false;
        }
        if (attempt.excludes(member)) {
            metTried = true;
            return false;
        }
        if (purpose == Purpose.LOOK || member.begin(room, mask)) {
            return true;
        }
        metFull |= (member.gates & mask) == 0;
        return false;
    }
}
