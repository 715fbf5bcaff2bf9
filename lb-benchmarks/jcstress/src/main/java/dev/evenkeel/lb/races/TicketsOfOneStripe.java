package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.select.Tickets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A cursor that may not split gives no ticket twice and skips none, however often two threads meet. */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "each ticket once, and none skipped")
@Outcome(expect = Expect.FORBIDDEN, desc = "a ticket was given twice or skipped")
@State
public class TicketsOfOneStripe {
    private final Tickets tickets = Tickets.onStripes(1);
    private final Drawn drawn = new Drawn();

    /** Draws. */
    @Actor
    public void one() {
        drawn.byFirst(tickets::next);
    }

    /** Draws too. */
    @Actor
    public void other() {
        drawn.bySecond(tickets::next);
    }

    /** Looks at what was drawn: how many twice, and how many runs. */
    @Arbiter
    public void look(II_Result result) {
        result.r1 = drawn.twice();
        result.r2 = drawn.runs();
    }
}
