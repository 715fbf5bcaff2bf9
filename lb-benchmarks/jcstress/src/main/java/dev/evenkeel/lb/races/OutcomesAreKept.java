package dev.evenkeel.lb.races;

import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.health.Outcomes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two failures at once are counted, in the window and in a row, although both take over the same slot of a past one. */
@JCStressTest
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "both failures count")
@Outcome(expect = Expect.FORBIDDEN, desc = "an outcome was lost")
@State
public class OutcomesAreKept {
    private static final long NOW = RedTwinSlotTakeover.LATER * 1_000_000_000L;

    private final Outcomes outcomes = new Outcomes();

    /** A failure, long past, and a success. */
    public OutcomesAreKept() {
        outcomes.record(Kind.FAILURE, 0);
        outcomes.record(Kind.SUCCESS, 0);
    }

    /** Fails. */
    @Actor
    public void caller() {
        outcomes.record(Kind.FAILURE, NOW);
    }

    /** Fails to connect. */
    @Actor
    public void otherCaller() {
        outcomes.record(Kind.UNREACHABLE, NOW);
    }

    /** Looks when both have ended. */
    @Arbiter
    public void look(II_Result counted) {
        counted.r1 = outcomes.failures(NOW);
        counted.r2 = outcomes.inARow(NOW);
    }
}
