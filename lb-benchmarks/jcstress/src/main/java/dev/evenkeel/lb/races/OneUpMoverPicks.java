package dev.evenkeel.lb.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link OneUpMoves}, but the thread that makes the changes also picks, so two pickers do on two CPUs. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "every pick found the one that is up")
@Outcome(expect = Expect.FORBIDDEN, desc = "a pick said none although one was up at every instant")
@State
public class OneUpMoverPicks {
    private final OneUpOfTwo two = new OneUpOfTwo();

    /** Moves, picks and moves. */
    @Actor
    public void mover(II_Result none) {
        two.moveAFewTimes();
        none.r1 = OneUpOfTwo.saysNone(two::pick);
        two.moveAFewTimes();
    }

    /** Picks. */
    @Actor
    public void picker(II_Result none) {
        none.r2 = OneUpOfTwo.saysNone(two::pick);
    }
}
