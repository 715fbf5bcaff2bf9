package dev.evenkeel.lb.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** As {@link OneUpMoves}, with two threads that draw each other's tickets. Runs where there are three CPUs. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "every pick found the one that is up")
@Outcome(expect = Expect.FORBIDDEN, desc = "a pick said none although one was up at every instant")
@State
public class OneUpMovesTwoPickers {
    private final OneUpOfTwo two = new OneUpOfTwo();

    /** Moves. */
    @Actor
    public void flipper() {
        two.moveAFewTimes();
    }

    /** Picks. */
    @Actor
    public void onePicker(II_Result none) {
        none.r1 = OneUpOfTwo.saysNone(two::pick);
    }

    /** Picks too. */
    @Actor
    public void otherPicker(II_Result none) {
        none.r2 = OneUpOfTwo.saysNone(two::pick);
    }
}
