package dev.evenkeel.lb.races;

import dev.evenkeel.lb.okhttp.PooledConnection;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A call that is told that its connection is open has it open, though that one is let go at the same time. */
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "taken first, and open while it was used")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "told that it was closed, and by then it was")
@Outcome(expect = Expect.FORBIDDEN, desc = "closed while a call used it, or said to be closed and not yet so")
@State
public class TakenStaysOpen {
    private final PooledConnection connection = new PooledConnection();

    /** Takes the connection, looks at it, and is done with it. */
    @Actor
    public void caller(ZZ_Result seen) {
        seen.r1 = connection.take();
        seen.r2 = connection.isClosed();
        connection.release();
    }

    /** The backend goes. */
    @Actor
    public void goer() {
        connection.letGo();
    }
}
