package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The work that a source has scheduled: when it is due, and that neither what waits nor what runs gets too much. */
final class SourceTasks {
    /** Enough for the servers and record types of one name; a hundred hung lookups would help nobody. */
    static final int MAX_RUNNING = 16;

    /** A source that leaves more behind schedules without end. */
    static final int MAX_WAITING = 1_000;

    /** When work is tried again that found no thread. */
    private static final long NEXT_TRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What a clock that starts anywhere can still add. */
    private static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    private final Clockwork clockwork;
    private final Consumer<Throwable> thrown;

    /** Scheduled, and not begun. Guarded by this. */
    private final Set<Task> waiting = new LinkedHashSet<>();

    /** Those of the waiting whose time has come. Guarded by this. */
    private final Queue<Task> due = new ArrayDeque<>();

    /** Guarded by this. */
    private final Set<Task> running = new LinkedHashSet<>();

    /** Guarded by this. */
    private boolean closed;

    /**
     * @param thrown hears what work throws
     */
    SourceTasks(Clockwork clockwork, Consumer<Throwable> thrown) {
        this.clockwork = clockwork;
        this.thrown = thrown;
    }

    synchronized Runnable schedule(Duration delay, Runnable work) {
        if (closed) {
            return () -> {};
        }
        if (waiting.size() >= MAX_WAITING) {
            throw new IllegalStateException(
                    "a source may have at most " + MAX_WAITING + " pieces of work waiting, was to get one more");
        }
        Task task = new Task(work);
        long nanos = delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY.toNanos() : delay.toNanos();
        task.timer = clockwork.scheduler().schedule(() -> due(task), nanos);
        waiting.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        task.cancelled = true;
        if (waiting.remove(task)) {
            task.timer.cancel();
            due.remove(task);
        }
    }

    private void due(Task task) {
        synchronized (this) {
            if (!waiting.contains(task)) {
                return;
            }
            due.add(task);
        }
        startDue();
    }

    private void startDue() {
        for (Task task = admit(); task != null; task = admit()) {
            Task admitted = task;
            try {
                clockwork.workers().execute(() -> run(admitted));
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // The balancer is closing, or the machine has no more threads.
                putBack(admitted, e);
            }
        }
    }

    /** Lets work that found no thread wait again, or a source that asks by a chain of tasks would have asked for the last time. */
    private void putBack(Task task, Throwable why) {
        synchronized (this) {
            running.remove(task);
            if (closed) {
                return;
            }
            if (!task.cancelled) {
                task.timer = clockwork.scheduler().schedule(() -> due(task), NEXT_TRY_NANOS);
                waiting.add(task);
            }
        }
        thrown.accept(why);
    }

    private synchronized @Nullable Task admit() {
        Task task = running.size() < MAX_RUNNING ? due.poll() : null;
        if (task != null) {
            waiting.remove(task);
            running.add(task);
        }
        return task;
    }

    private void run(Task task) {
        Throwable failure = null;
        if (task.begin()) {
            try {
                task.work.run();
            } catch (Throwable e) {
                failure = e;
            }
        }
        task.end();
        ended(task, failure);
        startDue();
    }

    private void ended(Task task, @Nullable Throwable failure) {
        boolean isTold;
        synchronized (this) {
            running.remove(task);
            isTold = !closed;
        }
        if (failure != null && isTold) {
            thrown.accept(failure);
        }
    }

    /** Cancels what waits and interrupts what runs, but for the thread that closes. Waits for nothing. */
    void close() {
        List<Task> begun;
        synchronized (this) {
            closed = true;
            waiting.forEach(task -> task.timer.cancel());
            waiting.clear();
            due.clear();
            begun = new ArrayList<>(running);
        }
        begun.forEach(Task::interrupt);
    }

    private static final class Task {
        final Runnable work;

        /** Guarded by the tasks' lock. */
        Cancellable timer = () -> {};

        /** Guarded by the tasks' lock. */
        boolean cancelled;

        /** Guarded by this: an interrupt must not reach a thread that has gone on to other work. */
        private @Nullable Thread thread;

        /** Guarded by this. */
        private boolean interrupted;

        Task(Runnable work) {
            this.work = work;
        }

        synchronized boolean begin() {
            thread = Thread.currentThread();
            return !interrupted;
        }

        synchronized void end() {
            thread = null;
            if (interrupted) {
                // It was meant for the work, and the thread may be a pool's.
                Thread.interrupted();
            }
        }

        synchronized void interrupt() {
            if (thread == Thread.currentThread()) {
                return;
            }
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
