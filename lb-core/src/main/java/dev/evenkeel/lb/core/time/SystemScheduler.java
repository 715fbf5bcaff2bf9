package dev.evenkeel.lb.core.time;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Real time on daemon threads: one for the timer, and for blocking work virtual threads where the JDK has them. No
 * thread starts before it is needed, and idle ones end by themselves.
 */
public final class SystemScheduler implements Scheduler, AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final String name;
    private final ScheduledThreadPoolExecutor timer;
    private final List<ExecutorService> executors = new CopyOnWriteArrayList<>();

    private SystemScheduler(String name) {
        this.name = name;
        this.timer = new ScheduledThreadPoolExecutor(
                1, DaemonThreads.named(name + "-timer"), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executors.add(timer);
    }

    /** Returns a scheduler whose threads are called {@code evenkeel-name-...}. */
    public static SystemScheduler named(String name) {
        return new SystemScheduler("evenkeel-" + name);
    }

    @Override
    public Cancellable schedule(Runnable task, long delayNanos) {
        Future<?> future = timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Executor workers(String role) {
        return keep(VirtualThreads.perTaskExecutor(name + "-" + role + "-").orElseGet(() -> platformWorkers(role)));
    }

    private ExecutorService platformWorkers(String role) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                DaemonThreads.named(name + "-" + role),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public Executor thread(String role) {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                DaemonThreads.named(name + "-" + role),
                SystemScheduler::dropped);
        one.allowCoreThreadTimeOut(true);
        return keep(one);
    }

    /**
     * Comes after a close. A thread that was about to start with the dropped task counts as one that serves the queue until
     * it finds that it may not start, so what was queued just before the close would be left without a thread.
     */
    private static void dropped(Runnable task, ThreadPoolExecutor one) {
        one.prestartCoreThread();
    }

    private <E extends ExecutorService> E keep(E executor) {
        executors.add(executor);
        return executor;
    }

    /**
     * Drops what is scheduled, lets running work end, and ends every thread after it. Waits for nothing. What is
     * scheduled or submitted later is dropped too; only an executor of virtual threads refuses it with a {@link
     * java.util.concurrent.RejectedExecutionException}.
     */
    @Override
    public void close() {
        executors.forEach(ExecutorService::shutdown);
    }
}
