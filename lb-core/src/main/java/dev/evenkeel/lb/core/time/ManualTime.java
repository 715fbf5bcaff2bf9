package dev.evenkeel.lb.core.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until it is turned by hand, for tests. Clock, timer and threads in one: tasks run on the
 * thread that turns, in the order in which they are due, and each finds the clock at its own time. Work that may block
 * runs there too, so when {@link #advance} returns, everything that was due has happened. Probes are spread by {@linkplain
 * #chance chance} as always, but in every run alike.
 *
 * <pre>{@code
 * ManualTime time = ManualTime.create();
 * LoadBalancer orders = LoadBalancers.named("orders").backends(url).healthCheck(check).time(time).build();
 * time.advance(Duration.ofSeconds(10));
 * }</pre>
 */
public final class ManualTime implements Ticker, Scheduler {
    private static final Comparator<Task> BY_TIME =
            Comparator.<Task>comparingLong(task -> task.dueNanos).thenComparingLong(task -> task.number);

    private final Instant origin;
    private final Random seeds = new Random(1);
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(BY_TIME);
    private long nanos;
    private long scheduled;

    private ManualTime(Instant origin) {
        this.origin = origin;
    }

    /** Returns time that begins at {@code 2000-01-01T00:00:00Z} and nanosecond 0. */
    public static ManualTime create() {
        return new ManualTime(Instant.parse("2000-01-01T00:00:00Z"));
    }

    /** Turns the clock on by the given duration and runs what is due on the way, its last moment included. */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time goes forward only, was " + duration);
        }
        long end = nanos() + duration.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            task.work.run();
        }
        moveTo(end);
    }

    /** Moves the clock without running anything, as a machine does that was suspended. What is due runs late. */
    public void jump(Duration duration) {
        moveTo(nanos() + duration.toNanos());
    }

    private synchronized @Nullable Task next(long end) {
        Task task = tasks.peek();
        if (task == null || task.dueNanos > end) {
            return null;
        }
        tasks.remove();
        nanos = Math.max(nanos, task.dueNanos);
        return task;
    }

    private synchronized void moveTo(long end) {
        nanos = Math.max(nanos, end);
    }

    /** Returns how many tasks wait for their time. */
    public synchronized int pendingTasks() {
        return tasks.size();
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant wallTime() {
        return origin.plusNanos(nanos);
    }

    @Override
    public synchronized Cancellable schedule(Runnable work, long delayNanos) {
        Task task = new Task(nanos + Math.max(0, delayNanos), scheduled++, work);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    /** Returns an executor that runs each task at once, on the thread that submits it. */
    @Override
    public Executor workers(String role) {
        return Runnable::run;
    }

    /** Returns an executor that runs each task at once, on the thread that submits it. */
    @Override
    public Executor thread(String role) {
        return Runnable::run;
    }

    /** Returns dice that differ from the ones before, and fall the same way in every run. */
    @Override
    public Random chance() {
        return new Random(seeds.nextLong());
    }

    /** Compared by identity: two tasks of one moment are two tasks. */
    private static final class Task {
        final long dueNanos;
        final long number;
        final Runnable work;

        Task(long dueNanos, long number, Runnable work) {
            this.dueNanos = dueNanos;
            this.number = number;
            this.work = work;
        }
    }
}
