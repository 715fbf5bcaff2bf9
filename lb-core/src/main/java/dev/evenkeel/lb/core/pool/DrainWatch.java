package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.DrainResult;

/** Waits for the end of a drain. */
@FunctionalInterface
public interface DrainWatch {
    /** Takes in how it ended. Called once, under the roster's lock; must be short, run no user code and not call back. */
    void over(DrainResult result);
}
