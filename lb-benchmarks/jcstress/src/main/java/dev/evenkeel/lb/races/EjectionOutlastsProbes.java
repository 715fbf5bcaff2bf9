package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A backend that is ejected while its probes fail and pass is out afterwards, whichever comes last. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "ejected, and still so")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "down at that moment, so there was nothing to eject")
@Outcome(expect = Expect.FORBIDDEN, desc = "a probe has undone the ejection, or the other way round")
@State
public class EjectionOutlastsProbes {
    private final OneUpOfTwo two = new OneUpOfTwo();
    private final Member probed = two.up();

    /** The other one must be up, or nobody could be ejected. */
    public EjectionOutlastsProbes() {
        two.open();
    }

    /** Fails and passes a few times, and ends with a pass. */
    @Actor
    public void prober() {
        two.probeAFewTimes(probed);
    }

    /** Ejects. */
    @Actor
    public void detector(II_Result seen) {
        seen.r1 = two.eject(probed) ? 1 : 0;
    }

    /** Looks at the gates: 1 for out because of the ejection alone, 0 for in. */
    @Arbiter
    public void gates(II_Result seen) {
        seen.r2 = probed.gates() == Gate.OUTLIER.bit() ? 1 : probed.gates() == 0 ? 0 : -1;
    }
}
