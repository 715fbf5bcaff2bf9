package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Outcome;

/** Hears how the attempts on one member go, on the threads of the calls. */
@FunctionalInterface
public interface AttemptObserver {
    /**
     * An attempt on the member has ended, or has been answered in a way that blames it. Each attempt is told once, if its
     * member has not changed its state since the attempt began.
     */
    void ended(Outcome.Kind kind);
}
