package dev.evenkeel.lb.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A pick never says "none" while which one is up changes, the next one opening before the last one closes. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "every pick found the one that is up")
@Outcome(expect = Expect.FORBIDDEN, desc = "a pick said none although one was up at every instant")
@State
public class OneUpMoves {
    private final OneUpOfTwo two = new OneUpOfTwo();

    /** Moves. */
    @Actor
    public void flipper() {
        two.moveAFewTimes();
    }

    /** Picks. */
    @Actor
    public void picker(I_Result none) {
        none.r1 = OneUpOfTwo.saysNone(two::pick);
    }
}
