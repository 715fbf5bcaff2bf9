package dev.evenkeel.lb.races;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Broken on purpose: the count of calls and the mark of the close are two words, so one can change between two looks. */
@JCStressTest
@Outcome(
        id = {"true, false", "false, true"},
        expect = Expect.ACCEPTABLE,
        desc = "as it should be")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "closed while a call used it")
@State
public class RedTwinLookThenTake {
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean closed;

    /** Looks, takes the connection, and looks at it. */
    @Actor
    public void caller(ZZ_Result seen) {
        seen.r1 = !closed;
        calls.incrementAndGet();
        seen.r2 = closed;
    }

    /** The backend goes. */
    @Actor
    public void goer() {
        if (calls.get() == 0) {
            closed = true;
        }
    }
}
