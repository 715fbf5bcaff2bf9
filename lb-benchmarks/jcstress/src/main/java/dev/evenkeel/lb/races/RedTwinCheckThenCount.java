package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.pool.Member;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Broken on purpose: a limit that looks what is in flight and then counts, so two can look at once. */
@JCStressTest
@Outcome(
        id = {"1, 1", "1, 0", "0, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "never more than one in flight")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "both were in flight under a limit of one")
@State
public class RedTwinCheckThenCount {
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

    private int call() {
        if (member.inFlight() >= 1) {
            return 0;
        }
        member.begin(Long.MAX_VALUE, 0);
        int inFlight = member.inFlight();
        member.end();
        return inFlight;
    }
}
