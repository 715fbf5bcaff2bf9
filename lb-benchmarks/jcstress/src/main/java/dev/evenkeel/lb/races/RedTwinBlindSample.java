package dev.evenkeel.lb.races;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Broken on purpose: {@link SlowestAnswerStays} with an estimate that is compared and then written. */
@JCStressTest
@Outcome(id = "8", expect = Expect.ACCEPTABLE, desc = "the slowest answer is the estimate")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "the slowest answer was lost")
@State
public class RedTwinBlindSample {
    private volatile long peak;

    static long nanos(int millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Measures the slowest. */
    @Actor
    public void slow() {
        sample(nanos(8));
    }

    /** Measures two others. */
    @Actor
    public void quick() {
        sample(nanos(2));
        sample(nanos(4));
    }

    /** Reads the estimate. */
    @Arbiter
    public void read(I_Result millis) {
        millis.r1 = (int) (peak / nanos(1));
    }

    private void sample(long nanos) {
        if (nanos > peak) {
            peak = nanos;
        }
    }
}
