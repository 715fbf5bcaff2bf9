package dev.evenkeel.lb.races;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Broken on purpose: {@link TotalsWhileMoving} with attempts that do not remember where they began, and leave the group in
 * which their backend is by then.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "none in either group")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an attempt left a group in which it had not begun")
@State
public class RedTwinGroupOfNow {
    private final AtomicIntegerArray totals = new AtomicIntegerArray(2);
    private volatile int group;

    /** Begins an attempt and ends it. */
    @Actor
    public void caller() {
        totals.getAndIncrement(group);
        totals.getAndDecrement(group);
    }

    /** Makes a plan in which the backend is of another group. */
    @Actor
    public void planner() {
        group = 1;
    }

    /** Counts. */
    @Arbiter
    public void count(II_Result result) {
        result.r1 = totals.get(0);
        result.r2 = totals.get(1);
    }
}
