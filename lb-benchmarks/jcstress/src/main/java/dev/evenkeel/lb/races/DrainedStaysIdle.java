package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.pool.Member;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Who closes a backend's gate and then finds nothing in flight on it may switch it off: no attempt that was on its way
 * to it begins any more.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the attempt went elsewhere")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the attempt was first, and was seen")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the attempt was seen, and then taken back")
@Outcome(expect = Expect.FORBIDDEN, desc = "the attempt began on a backend that was closed and idle")
@State
public class DrainedStaysIdle {
    private final OneUpOfTwo two = new OneUpOfTwo();
    private final Member closing = two.up();

    /** Begins an attempt. */
    @Actor
    public void caller(II_Result seen) {
        seen.r1 = two.begin() == closing ? 1 : 0;
    }

    /** Closes the gate of the one that is up, after the other one's has opened. */
    @Actor
    public void operator(II_Result seen) {
        two.move();
        seen.r2 = closing.inFlight();
    }
}
