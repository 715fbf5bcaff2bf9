package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.select.GroupTotals;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An attempt is counted in the group in which it began, also if its backend is put into a new group meanwhile: what is in
 * flight is in one of the totals, and when all has ended both are empty.
 */
@JCStressTest
@Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "one in flight, and then none in either group")
@Outcome(expect = Expect.FORBIDDEN, desc = "an attempt was lost, or left a group in which it had not begun")
@State
public class TotalsWhileMoving {
    private final GroupTotals totals = GroupTotals.ofOneBackend();
    private long open;

    /** Begins two attempts and ends one. */
    @Actor
    public void caller() {
        long mark = totals.begin();
        open = totals.begin();
        totals.end(mark);
    }

    /** Makes a plan in which the backend is of another group. */
    @Actor
    public void planner() {
        totals.move();
    }

    /** Counts, ends the other attempt and counts again. */
    @Arbiter
    public void count(III_Result result) {
        result.r1 = totals.first() + totals.second();
        totals.end(open);
        result.r2 = totals.first();
        result.r3 = totals.second();
    }
}
