package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.pool.Member;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Of two attempts on a backend that may have one in flight, at most one is in flight at a time. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one ended before the other began")
@Outcome(
        id = {"1, 0", "0, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "one found no room")
@Outcome(expect = Expect.FORBIDDEN, desc = "both were in flight at the same time, or neither began")
@State
public class LimitHolds {
    private final Member member = new OneUpOfTwo().up();

    /** Begins an attempt and ends it. */
    @Actor
    public void oneCaller(II_Result most) {
        most.r1 = call();
    }

    /** Begins an attempt and ends it too. */
    @Actor
    public void otherCaller(II_Result most) {
        most.r2 = call();
    }

    /** Returns how many were in flight with this one, or 0 if it found no room. */
    private int call() {
        if (!member.begin(1, 0)) {
            return 0;
        }
        int inFlight = member.inFlight();
        member.end();
        return inFlight;
    }
}
