package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import io.servicetalk.client.api.NoActiveHostException;
import io.servicetalk.concurrent.Cancellable;
import io.servicetalk.concurrent.SingleSource;
import org.jspecify.annotations.Nullable;

/** Takes what a selection yields. With connections that are open that is there when {@code subscribe} returns. */
final class Answer implements SingleSource.Subscriber<Connection> {
    private @Nullable Connection connection;
    private @Nullable Throwable error;

    @Override
    public void onSubscribe(Cancellable cancellable) {}

    @Override
    public void onSuccess(@Nullable Connection result) {
        connection = result;
    }

    @Override
    public void onError(Throwable t) {
        error = t;
    }

    /** Returns the connection, null if the selection failed. */
    @Nullable
    Connection connection() {
        return connection;
    }

    /**
     * Returns why there is no connection.
     *
     * @return null if the balancer found no healthy host, the refusal if the one that it chose refused
     * @throws IllegalStateException if it was anything else
     */
    @Nullable
    Refusal refusal() {
        if (error instanceof Refusal refusal) {
            return refusal;
        }
        if (error instanceof NoActiveHostException) {
            return null;
        }
        throw new IllegalStateException("a selection neither succeeded nor failed as it may", error);
    }
}
