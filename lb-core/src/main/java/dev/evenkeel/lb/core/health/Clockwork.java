package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import dev.evenkeel.lb.core.time.Ticker;

/** The clock and the timer that belongs to it. */
record Clockwork(Ticker ticker, Scheduler scheduler) {
    long now() {
        return ticker.nanos();
    }

    Cancellable in(long delayNanos, Runnable task) {
        return scheduler.schedule(task, delayNanos);
    }
}
