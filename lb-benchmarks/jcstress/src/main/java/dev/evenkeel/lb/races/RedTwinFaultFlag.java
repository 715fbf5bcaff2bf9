package dev.evenkeel.lb.races;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Broken on purpose: {@link FaultsAreKept} with a flag for "there may be faults", which a pick that finds none takes
 * down. It may find none, then a fault comes and raises the flag, and then the pick takes it down.
 */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the fault counts")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a fault was lost")
@State
public class RedTwinFaultFlag {
    private final AtomicInteger recent = new AtomicInteger();
    private volatile boolean flag = true;

    /** Fails. */
    @Actor
    public void caller() {
        recent.getAndIncrement();
        flag = true;
    }

    /** Picks. */
    @Actor
    public void picker() {
        count();
    }

    /** Picks when the fault was told. */
    @Arbiter
    public void pick(I_Result counted) {
        counted.r1 = count();
    }

    private int count() {
        if (!flag) {
            return 0;
        }
        int sum = recent.get();
        if (sum == 0) {
            flag = false;
        }
        return sum;
    }
}
