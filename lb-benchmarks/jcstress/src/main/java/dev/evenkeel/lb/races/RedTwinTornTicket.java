package dev.evenkeel.lb.races;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Broken on purpose: a counter that is read and then written. Two threads read the same ticket. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "each ticket once, and none skipped")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "a ticket was given twice")
@State
public class RedTwinTornTicket {
    private volatile long ticket;
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
        long mine = ticket;
        ticket = mine + 1;
        return mine;
    }

    /** Looks at what was drawn: how many twice, and how many runs. */
    @Arbiter
    public void look(II_Result result) {
        result.r1 = drawn.twice();
        result.r2 = drawn.runs();
    }
}
