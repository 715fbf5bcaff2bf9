package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.select.WeightedPicks;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** One round of weighted round robin, drawn by two threads together, gives each backend exactly its weight. */
@JCStressTest
@Outcome(id = "11, 4, 1", expect = Expect.ACCEPTABLE, desc = "each got its weight")
@Outcome(expect = Expect.FORBIDDEN, desc = "one got more than its weight")
@State
public class WeightedRhythm {
    private final WeightedPicks picks = WeightedPicks.of(11, 4, 1);
    private final Drawn drawn = new Drawn();

    /** Picks half a round. */
    @Actor
    public void one() {
        drawn.byFirst(picks::next);
    }

    /** Picks the other half. */
    @Actor
    public void other() {
        drawn.bySecond(picks::next);
    }

    /** Counts. */
    @Arbiter
    public void count(III_Result result) {
        result.r1 = drawn.count(0);
        result.r2 = drawn.count(1);
        result.r3 = drawn.count(2);
    }
}
