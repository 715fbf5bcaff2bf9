package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.load.DecayingPeak;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The slowest of answers that come at the same time is the estimate, whoever comes last. */
@JCStressTest
@Outcome(id = "8", expect = Expect.ACCEPTABLE, desc = "the slowest answer is the estimate")
@Outcome(expect = Expect.FORBIDDEN, desc = "the slowest answer was lost")
@State
public class SlowestAnswerStays {
    private final DecayingPeak peak = new DecayingPeak(10_000_000_000L, 0);

    /** Measures the slowest. */
    @Actor
    public void slow() {
        peak.sample(0, RedTwinBlindSample.nanos(8));
    }

    /** Measures two others. */
    @Actor
    public void quick() {
        peak.sample(0, RedTwinBlindSample.nanos(2));
        peak.sample(0, RedTwinBlindSample.nanos(4));
    }

    /** Reads the estimate. */
    @Arbiter
    public void read(I_Result millis) {
        millis.r1 = (int) Math.round(peak.at(0) / RedTwinBlindSample.nanos(1));
    }
}
