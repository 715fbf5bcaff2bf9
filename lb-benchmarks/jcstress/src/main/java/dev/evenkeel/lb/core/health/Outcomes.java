package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.time.Duration;

/** Opens the memory of outcomes, which its package keeps to itself, to the races. */
public final class Outcomes {
    private final OutcomeMemory memory = new OutcomeMemory(Duration.ofSeconds(10), 0);

    /** Records an outcome. */
    public void record(Kind outcome, long now) {
        memory.record(outcome, now);
    }

    /** Returns the failures within the window. */
    public int failures(long now) {
        return (int) memory.tally(now).failures();
    }

    /** Returns the failures in a row. */
    public int inARow(long now) {
        return (int) memory.tally(now).inARow();
    }
}
