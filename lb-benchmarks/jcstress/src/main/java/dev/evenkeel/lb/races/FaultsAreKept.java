package dev.evenkeel.lb.races;

import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.load.RecentFaults;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A fault is counted although a pick finds at the same time that the faults before it are past, and another thread takes
 * over the same old slot.
 */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both faults count")
@Outcome(expect = Expect.FORBIDDEN, desc = "a fault was lost")
@State
public class FaultsAreKept {
    private long now;
    private final RecentFaults faults = new RecentFaults(() -> now);

    /** One fault, long past. */
    public FaultsAreKept() {
        faults.ended(0, Kind.FAILURE, false);
        now = 2_000_000_000;
    }

    /** Fails, and picks. */
    @Actor
    public void caller() {
        faults.ended(0, Kind.FAILURE, false);
        faults.count();
    }

    /** Picks, and fails. */
    @Actor
    public void otherCaller() {
        faults.count();
        faults.ended(0, Kind.REJECTED, true);
    }

    /** Picks when both have ended. */
    @Arbiter
    public void pick(I_Result counted) {
        counted.r1 = (int) faults.count();
    }
}
