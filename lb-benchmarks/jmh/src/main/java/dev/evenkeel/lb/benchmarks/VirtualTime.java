package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Ticker;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Time that is turned by hand, for one thread. {@link dev.evenkeel.lb.core.time.ManualTime} searches all its tasks for each
 * one that is cancelled, which with tens of thousands would be most of what is measured.
 */
final class VirtualTime implements Ticker, Scheduler {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(task -> task.dueNanos));
    private final Random chance;
    private final long workNanos;
    private long nanos;

    /** What is due at a moment; null once it is cancelled. */
    private static final class Task {
        final long dueNanos;

        @Nullable
        Runnable work;

        Task(long dueNanos, Runnable work) {
            this.dueNanos = dueNanos;
            this.work = work;
        }
    }

    /**
     * @param workNanos how long after it was submitted the work of {@link #workers} is done
     */
    VirtualTime(long seed, long workNanos) {
        this.chance = new Random(seed);
        this.workNanos = workNanos;
    }

    /** Turns the clock on and runs what is due on the way. */
    void advanceTo(long end) {
        for (Task task = tasks.peek(); task != null && task.dueNanos <= end; task = tasks.peek()) {
            tasks.remove();
            Runnable work = task.work;
            if (work != null) {
                nanos = task.dueNanos;
                work.run();
            }
        }
        nanos = end;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant wallTime() {
        return Instant.ofEpochSecond(0, nanos);
    }

    @Override
    public Cancellable schedule(Runnable work, long delayNanos) {
        Task task = new Task(nanos + Math.max(0, delayNanos), work);
        tasks.add(task);
        return () -> task.work = null;
    }

    @Override
    public Executor workers(String role) {
        return work -> schedule(work, workNanos);
    }

    @Override
    public Executor thread(String role) {
        return Runnable::run;
    }

    @Override
    public Random chance() {
        return chance;
    }
}
