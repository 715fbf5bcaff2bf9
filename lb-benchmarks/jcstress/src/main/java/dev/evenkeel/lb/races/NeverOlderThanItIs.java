package dev.evenkeel.lb.races;

import dev.evenkeel.lb.core.load.Outstanding;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * While attempts begin and are answered, what is outstanding never looks older than the oldest attempt that there ever
 * was, and when all are answered nothing is left.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "no older than it is, and nothing left")
@Outcome(expect = Expect.FORBIDDEN, desc = "older than any attempt, or something left")
@State
public class NeverOlderThanItIs {
    private static final long DAY = 86_400_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int ROUNDS = 16;

    /** The clock, a day after the origin; every attempt is at most a second old. */
    private final Outstanding outstanding = new Outstanding(0);

    /** Begins two attempts, both are answered, and so on. */
    @Actor
    public void caller() {
        for (int i = 0; i < ROUNDS; i++) {
            outstanding.add(DAY - SECOND);
            outstanding.add(DAY);
            outstanding.remove(DAY - SECOND);
            outstanding.remove(DAY);
        }
    }

    /** Asks for the age. */
    @Actor
    public void picker(II_Result seen) {
        for (int i = 0; i < ROUNDS; i++) {
            seen.r1 |= outstanding.averageAge(DAY) > SECOND ? 1 : 0;
        }
    }

    /** Asks what is left. */
    @Arbiter
    public void left(II_Result seen) {
        seen.r2 = outstanding.count() + (outstanding.averageAge(2 * DAY) > 0 ? 1 : 0);
    }
}
