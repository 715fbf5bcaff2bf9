package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.select.Tickets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A cursor that splits while two threads draw loses no counter: tickets come in no more runs than there are stripes, and
 * none comes twice. Stripes start at random places, so that two of them overlap once in 10<sup>18</sup>.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "one counter was enough")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the cursor split, and every counter was kept")
@Outcome(expect = Expect.FORBIDDEN, desc = "a ticket was given twice, or a counter was lost")
@State
public class TicketsWhileSplitting {
    private final Tickets tickets = Tickets.onStripes(4);
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

    /** Looks at what was drawn: how many twice, and whether there was a split; 2 if there are more runs than stripes. */
    @Arbiter
    public void look(II_Result result) {
        result.r1 = drawn.twice();
        result.r2 = drawn.runs() > tickets.stripes() ? 2 : tickets.stripes() > 1 ? 1 : 0;
    }
}
