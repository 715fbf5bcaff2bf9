package dev.evenkeel.lb.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work of a user in order on one thread. Unbounded: whoever offers knows how much can come. */
final class Errands {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String balancer;
    private final String what;
    private final Executor thread;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /**
     * @param what stands in the log when one fails, such as {@code a drain's callback}
     * @param thread runs its tasks one after the other
     */
    Errands(String balancer, String what, Executor thread) {
        this.balancer = balancer;
        this.what = what;
        this.thread = thread;
    }

    /** Takes work for the next {@link #flush}. May be called under a lock. */
    void offer(Runnable errand) {
        waiting.add(errand);
    }

    /** Sees to it that what waits is run. Called outside every lock. */
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            thread.execute(this::runAll);
        } catch (RuntimeException | Error e) {
            // No memory for a thread, as a rule. What waits goes with the next flush.
            log.error("{}: no thread to run {} on", balancer, what, e);
        }
    }

    private void runAll() {
        for (Runnable errand = waiting.poll(); errand != null; errand = waiting.poll()) {
            try {
                errand.run();
            } catch (RuntimeException | Error e) {
                log.error("{}: {} failed", balancer, what, e);
            }
        }
    }
}
