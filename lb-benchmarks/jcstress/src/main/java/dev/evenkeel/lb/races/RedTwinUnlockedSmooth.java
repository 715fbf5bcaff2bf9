package dev.evenkeel.lb.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Broken on purpose: the smooth weighted round robin of nginx, which is right in a process of one thread, without a lock.
 * Two threads add to the same current weights and take the same one for the largest.
 */
@JCStressTest
@Outcome(id = "11, 4, 1", expect = Expect.ACCEPTABLE, desc = "each got its weight")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "one got more than its weight")
@State
public class RedTwinUnlockedSmooth {
    private final int[] weights = {11, 4, 1};
    private final int[] current = new int[3];
    private final Drawn drawn = new Drawn();

    /** Picks half a round. */
    @Actor
    public void one() {
        drawn.byFirst(this::next);
    }

    /** Picks the other half. */
    @Actor
    public void other() {
        drawn.bySecond(this::next);
    }

    private int next() {
        int best = 0;
        for (int i = 0; i < weights.length; i++) {
            current[i] += weights[i];
            best = current[i] > current[best] ? i : best;
        }
        current[best] -= 16;
        return best;
    }

    /** Counts. */
    @Arbiter
    public void count(III_Result result) {
        result.r1 = drawn.count(0);
        result.r2 = drawn.count(1);
        result.r3 = drawn.count(2);
    }
}
