package dev.evenkeel.lb.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work of a user in order on one thread. What waits is bounded by whoever offers it; that it is asked for again and again
 * while some of it blocks takes no memory.
 */
final class Errands {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String balancer;
    private final String what;
    private final Executor thread;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Flushes not yet served. Whoever raises it from 0 starts the run. */
    private final AtomicInteger flushes = new AtomicInteger();

    /** The thread that runs what waits now. */
    private volatile @Nullable Thread running;

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
        if (!waiting.isEmpty() && flushes.getAndIncrement() == 0) {
            start();
        }
    }

    /** As {@link #flush}, for the last time: whoever is about to start the run may find its thread ended. */
    void flushLast() {
        if (waiting.isEmpty()) {
            return;
        }
        flushes.getAndIncrement();
        if (running != Thread.currentThread()) {
            start();
        }
    }

    private void start() {
        try {
            thread.execute(this::run);
        } catch (RuntimeException | Error e) {
            // No memory for a thread, as a rule. What waits goes with the next flush.
            flushes.set(0);
            log.error("{}: no thread to run {} on", balancer, what, e);
        }
    }

    private void run() {
        int served = flushes.get();
        boolean done = false;
        running = Thread.currentThread();
        try {
            do {
                runAll();
                served = flushes.addAndGet(-served);
            } while (served != 0);
            done = true;
        } finally {
            running = null;
            if (!done) {
                flushes.set(0); // or no later flush would start a run
            }
        }
    }

    private void runAll() {
        for (Runnable errand = waiting.poll(); errand != null; errand = waiting.poll()) {
            try {
                errand.run();
            } catch (Throwable e) {
                log.error("{}: {} failed", balancer, what, e);
            }
        }
    }
}
