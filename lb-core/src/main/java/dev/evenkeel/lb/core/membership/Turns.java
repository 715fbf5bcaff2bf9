package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.core.time.Scheduler;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one piece of work over and over, never twice at a time. Who asks for it while it runs leaves word, and however many do
 * so get one more run together. Safe for many threads.
 */
final class Turns {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    /** When a run is asked for again that found no thread. */
    private static final long NEXT_TRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String balancer;
    private final Executor thread;
    private final Scheduler timer;
    private final Runnable work;

    /** Requests that no run has served. Whoever raises it from 0 sees to the run. */
    private final AtomicLong unserved = new AtomicLong();

    Turns(String balancer, Executor thread, Scheduler timer, Runnable work) {
        this.balancer = balancer;
        this.thread = thread;
        this.timer = timer;
        this.work = work;
    }

    /** Asks for a run on the thread. Returns at once. */
    void ask() {
        if (unserved.getAndIncrement() != 0) {
            return;
        }
        try {
            thread.execute(this::run);
        } catch (RuntimeException | Error e) {
            // No memory for a thread, as a rule. Nobody may ask again, so the timer does.
            unserved.set(0);
            log.error("{}: no thread to follow its source with", balancer, e);
            timer.schedule(this::ask, NEXT_TRY_NANOS);
        }
    }

    /** Runs here, unless a run is going on elsewhere. */
    void runHere() {
        if (unserved.getAndIncrement() == 0) {
            run();
        }
    }

    private void run() {
        long served = unserved.get();
        boolean done = false;
        try {
            do {
                runOnce();
                served = unserved.addAndGet(-served);
            } while (served != 0);
            done = true;
        } finally {
            if (!done) {
                unserved.set(0); // or no later request would run anything
            }
        }
    }

    private void runOnce() {
        try {
            work.run();
        } catch (Throwable e) {
            log.error("{}: could not follow its source", balancer, e);
        }
    }
}
