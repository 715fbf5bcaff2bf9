package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import io.servicetalk.client.api.LoadBalancedConnection;
import io.servicetalk.client.api.RequestTracker;
import io.servicetalk.concurrent.api.AsyncCloseables;
import io.servicetalk.concurrent.api.Completable;
import io.servicetalk.concurrent.api.ListenableAsyncCloseable;
import org.jspecify.annotations.Nullable;

/** A connection that carries nothing. It takes any number of requests. */
final class Connection implements LoadBalancedConnection {
    final Backend backend;

    /** What its host wants to be told of each request. */
    final @Nullable RequestTracker tracker;

    private final ListenableAsyncCloseable closing = AsyncCloseables.emptyAsyncCloseable();

    Connection(Backend backend, @Nullable RequestTracker tracker) {
        this.backend = backend;
        this.tracker = tracker;
    }

    @Override
    public int score() {
        return 1;
    }

    @Override
    public Completable closeAsync() {
        return closing.closeAsync();
    }

    @Override
    public Completable onClose() {
        return closing.onClose();
    }

    @Override
    public String toString() {
        return "connection to " + backend;
    }
}
