package dev.evenkeel.lb.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Broken on purpose: gates in one word that each authority reads and then writes, with no lock. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "ejected, and still so")
@Outcome(id = "0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "a probe has undone an ejection")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an ejection has undone a probe")
@State
public class RedTwinUnlockedGates {
    private static final int PROBE = 1;
    private static final int OUTLIER = 1 << 1;

    private volatile int gates;

    /** Fails and passes a few times, and ends with a pass. */
    @Actor
    public void prober() {
        for (int probe = 0; probe < OneUpOfTwo.PROBES; probe++) {
            set(PROBE, probe % 2 == 0);
        }
    }

    /** Ejects. */
    @Actor
    public void detector() {
        set(OUTLIER, true);
    }

    private void set(int bit, boolean close) {
        int before = gates;
        gates = close ? before | bit : before & ~bit;
    }

    /** Looks at the gates. */
    @Arbiter
    public void gates(I_Result seen) {
        seen.r1 = gates;
    }
}
