package dev.evenkeel.lb.core.time;

import java.util.Random;
import java.util.concurrent.Executor;

/** The timer and the threads a balancer runs on. Safe for many threads. */
public interface Scheduler {
    /**
     * Runs a task once, after the delay.
     *
     * @param task must be short and must not block: all tasks share one thread
     * @param delayNanos nanoseconds; 0 or less means as soon as possible
     */
    Cancellable schedule(Runnable task, long delayNanos);

    /**
     * Returns where work that may block runs, each task on a thread of its own. Whoever submits bounds the number.
     *
     * @param role stands in the names of the threads
     */
    Executor workers(String role);

    /**
     * Returns one thread that runs its tasks in order and ends when idle.
     *
     * @param role stands in the name of the thread
     */
    Executor thread(String role);

    /**
     * Returns what draws the moments that are spread by chance, so that clients which start together do not act together.
     * Another one for each call; safe for many threads.
     */
    default Random chance() {
        return new Random();
    }

    /** A task that has been scheduled. */
    @FunctionalInterface
    interface Cancellable {
        /** Keeps the task from running if it has not begun. Doing so again changes nothing. */
        void cancel();
    }
}
