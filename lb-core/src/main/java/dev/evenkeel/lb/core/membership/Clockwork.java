package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.concurrent.Executor;

/**
 * The clock, the timer that belongs to it, and the threads.
 *
 * @param workers where work of a source may block
 */
record Clockwork(Ticker ticker, Scheduler scheduler, Executor workers) {
    static Clockwork of(Ticker ticker, Scheduler scheduler) {
        return new Clockwork(ticker, scheduler, scheduler.workers("source"));
    }
}
