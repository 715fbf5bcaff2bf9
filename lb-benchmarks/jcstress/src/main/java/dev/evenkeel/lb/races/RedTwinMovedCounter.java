package dev.evenkeel.lb.races;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Broken on purpose: growing copies the counter into a new place, while another thread still draws from the old one. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "each ticket once, and none skipped")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a ticket was given twice")
@State
public class RedTwinMovedCounter {
    private volatile AtomicLong counter = new AtomicLong();
    private final Drawn drawn = new Drawn();

    /** Draws. */
    @Actor
    public void one() {
        drawn.byFirst(this::next);
    }

    /** Draws too. */
    @Actor
    public void other() {
        drawn.bySecond(this::next);
    }

    private long next() {
        AtomicLong home = counter;
        long expected = home.get();
        long mine = home.getAndIncrement();
        if (mine != expected) {
            counter = new AtomicLong(home.get());
        }
        return mine;
    }

    /** Looks at what was drawn: how many twice, and how many runs. */
    @Arbiter
    public void look(II_Result result) {
        result.r1 = drawn.twice();
        result.r2 = drawn.runs();
    }
}
