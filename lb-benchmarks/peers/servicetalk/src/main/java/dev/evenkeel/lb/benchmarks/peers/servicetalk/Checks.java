package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import io.servicetalk.concurrent.Cancellable;
import io.servicetalk.concurrent.api.AsyncCloseables;
import io.servicetalk.concurrent.api.Completable;
import io.servicetalk.concurrent.api.Executor;
import io.servicetalk.concurrent.api.ListenableAsyncCloseable;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The balancer's health checks, which are not run every few seconds but when a backend comes up. It has no thread. */
final class Checks implements Executor {
    private final Queue<Check> waiting = new ConcurrentLinkedQueue<>();
    private final ListenableAsyncCloseable closing = AsyncCloseables.emptyAsyncCloseable();

    /** One of them. */
    private record Check(Runnable task, AtomicBoolean cancelled) {}

    /** Runs all that wait now. Those that fail wait again. */
    void run() {
        for (int left = waiting.size(); left > 0; left--) {
            Check check = waiting.poll();
            if (check == null) {
                return;
            }
            if (!check.cancelled.get()) {
                check.task.run();
            }
        }
    }

    @Override
    public Cancellable execute(Runnable task) {
        throw new UnsupportedOperationException("the balancer only asks for delayed tasks");
    }

    @Override
    public Cancellable schedule(Runnable task, long delay, TimeUnit unit) {
        AtomicBoolean cancelled = new AtomicBoolean();
        waiting.add(new Check(task, cancelled));
        return () -> cancelled.set(true);
    }

    @Override
    public Completable closeAsync() {
        return closing.closeAsync();
    }

    @Override
    public Completable onClose() {
        return closing.onClose();
    }
}
