package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Opens the totals of consistent hash, which its package keeps to itself, to the races: one backend, of two groups in turn. */
public final class GroupTotals {
    private static final int FIRST_GROUP = 0;
    private static final int SECOND_GROUP = 7;

    private final GroupLoads loads = new GroupLoads();
    private final Feedback count = loads.newCount(() -> 0);
    private final AtomicLong first = loads.totalOf(group(FIRST_GROUP));

    private GroupTotals() {}

    /** Returns the totals of one backend that is in the first group. */
    public static GroupTotals ofOneBackend() {
        return new GroupTotals();
    }

    private Candidates group(int number) {
        return Candidates.of(number, List.of(new Candidate(new Numbered(0), 1, 100, true, count)), () -> 0);
    }

    /** Begins an attempt and returns its mark. */
    public long begin() {
        return count.begun();
    }

    /** Ends an attempt. */
    public void end(long mark) {
        count.ended(mark, Outcome.Kind.SUCCESS, true);
    }

    /** Puts the backend into the second group, which there has not been before. */
    public void move() {
        loads.totalOf(group(SECOND_GROUP));
    }

    /** Returns what is in flight in the first group. */
    public int first() {
        return first.intValue();
    }

    /** Returns what is in flight in the second group. For one thread at a time. */
    public int second() {
        return loads.totalOf(group(SECOND_GROUP)).intValue();
    }
}
