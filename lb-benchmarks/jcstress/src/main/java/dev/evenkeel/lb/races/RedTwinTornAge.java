package dev.evenkeel.lb.races;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Broken on purpose: {@link NeverOlderThanItIs} with count and sum in two words, written in the order that looks safe,
 * the sum first at the beginning and last at the answer. A reader whose two reads are far enough apart has a count
 * without the time that belongs to it.
 */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "no older than it is")
@Outcome(expect = Expect.ACCEPTABLE_INTERESTING, desc = "older than any attempt")
@State
public class RedTwinTornAge {
    private static final long DAY = 86_400_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int ROUNDS = 16;

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong sum = new AtomicLong();

    /** Begins two attempts, both are answered, and so on. */
    @Actor
    public void caller() {
        for (int i = 0; i < ROUNDS; i++) {
            add(DAY - SECOND);
            add(DAY);
            remove(DAY - SECOND);
            remove(DAY);
        }
    }

    /** Asks for the age. */
    @Actor
    public void picker(I_Result seen) {
        for (int i = 0; i < ROUNDS; i++) {
            seen.r1 |= averageAge() > SECOND ? 1 : 0;
        }
    }

    private void add(long begun) {
        sum.getAndAdd(begun);
        count.getAndIncrement();
    }

    private void remove(long begun) {
        count.getAndDecrement();
        sum.getAndAdd(-begun);
    }

    private long averageAge() {
        long begun = sum.get();
        Thread.onSpinWait(); // as a thread that is preempted here waits, only much longer
        long all = count.get();
        return all == 0 ? 0 : (all * DAY - begun) / all;
    }
}
