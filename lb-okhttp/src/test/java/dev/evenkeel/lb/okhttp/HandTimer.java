package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A timer that is turned by hand, and real threads for what blocks. */
final class HandTimer implements Scheduler {
    private final ManualTime time = ManualTime.create();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    void advance(Duration duration) {
        time.advance(duration);
    }

    int pending() {
        return time.pendingTasks();
    }

    /** Returns how many blocking tasks were begun. */
    int begun() {
        return threads.size();
    }

    void awaitThreads() {
        Eventually.holds("the hedges have ended", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Override
    public Cancellable schedule(Runnable task, long delayNanos) {
        return time.schedule(task, delayNanos);
    }

    @Override
    public Executor workers(String role) {
        return task -> threads.add(RawServer.daemon("test-" + role, task));
    }

    @Override
    public Executor thread(String role) {
        throw new UnsupportedOperationException();
    }
}
