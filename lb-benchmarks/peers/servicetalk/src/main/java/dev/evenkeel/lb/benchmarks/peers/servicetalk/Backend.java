package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import io.servicetalk.client.api.RequestTracker;
import io.servicetalk.concurrent.api.Single;
import io.servicetalk.loadbalancer.LoadBalancerObserver.HostObserver;
import org.jspecify.annotations.Nullable;

/** Where connections would lead to, with what the balancer has said of it. Equal to itself only. */
final class Backend implements HostObserver {
    final int number;
    private final Refusal refusal;

    /** Guarded by this. */
    private boolean reachable = true;

    /** The one connection to it while it is reachable and one was asked for. Guarded by this. */
    private @Nullable Connection connection;

    /** Whether the balancer has taken it out. */
    private volatile boolean unhealthy;

    Backend(int number) {
        this.number = number;
        this.refusal = new Refusal(this);
    }

    /** Gives the same connection to all, until it is closed. */
    synchronized Single<Connection> connect(@Nullable RequestTracker tracker) {
        if (!reachable) {
            return Single.failed(refusal);
        }
        if (connection == null) {
            connection = new Connection(this, tracker);
        }
        return Single.succeeded(connection);
    }

    synchronized boolean reachable() {
        return reachable;
    }

    synchronized boolean connected() {
        return connection != null;
    }

    synchronized void open() {
        reachable = true;
    }

    /** Loses its connection. The balancer tries to replace it at once, on this thread or another one, and fails. */
    void shut() {
        Connection lost;
        synchronized (this) {
            reachable = false;
            lost = connection;
            connection = null;
        }
        if (lost == null) {
            throw new IllegalStateException(this + " goes down before it was ever up");
        }
        lost.closeAsync().subscribe();
    }

    boolean unhealthy() {
        return unhealthy;
    }

    @Override
    public void onHostMarkedUnhealthy(@Nullable Throwable cause) {
        unhealthy = true;
    }

    @Override
    public void onHostRevived() {
        unhealthy = false;
    }

    @Override
    public void onHostMarkedExpired(int connectionCount) {}

    @Override
    public void onActiveHostRemoved(int connectionCount) {}

    @Override
    public void onExpiredHostRevived(int connectionCount) {}

    @Override
    public void onExpiredHostRemoved(int connectionCount) {}

    @Override
    public String toString() {
        return "backend " + number;
    }
}
