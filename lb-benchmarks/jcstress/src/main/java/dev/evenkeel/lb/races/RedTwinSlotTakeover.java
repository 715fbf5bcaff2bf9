package dev.evenkeel.lb.races;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Broken on purpose: {@link OutcomesAreKept} with a slot that is written blindly once it was found past. Both find it past,
 * and the second one writes over what the first one counted.
 */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both failures count")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "an outcome was written over")
@State
public class RedTwinSlotTakeover {
    /** A multiple of the slots in the ring, so that the past one is taken over. */
    static final long LATER = 32;

    private static final int COUNT_BITS = 30;

    private final AtomicLong slot = new AtomicLong(1);

    /** Fails. */
    @Actor
    public void caller() {
        count();
    }

    /** Fails as well. */
    @Actor
    public void otherCaller() {
        count();
    }

    /** Looks when both have ended. */
    @Arbiter
    public void look(I_Result counted) {
        counted.r1 = (int) (slot.get() - (LATER << COUNT_BITS));
    }

    private void count() {
        if (slot.get() >> COUNT_BITS == LATER) {
            slot.getAndIncrement();
        } else {
            slot.set((LATER << COUNT_BITS) + 1);
        }
    }
}
