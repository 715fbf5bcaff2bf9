package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.pool.Member;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Broken on purpose: one lap over all members that does not ask whether anything changed meanwhile. It passes the first
 * one while that is down, and comes to the second one when the first is up again and the second no longer.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "every pick found the one that is up")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a pick said none although one was up at every instant")
@State
public class RedTwinHastyLap {
    private final OneUpOfTwo two = new OneUpOfTwo();

    /** Moves. */
    @Actor
    public void flipper() {
        two.moveAFewTimes();
    }

    /** Picks. */
    @Actor
    public void picker(I_Result none) {
        none.r1 = OneUpOfTwo.saysNone(this::pick);
    }

    private @Nullable Member pick() {
        for (Member member : two.members()) {
            if (member.gates() == 0) {
                return member;
            }
        }
        return null;
    }
}
