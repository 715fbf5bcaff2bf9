package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection and how many calls use it. It can be let go: then it is closed as soon as no call uses it.
 *
 * <p>OkHttp takes a connection from its pool first and tells us of it then, before it writes the first byte. So a call can have
 * taken a connection that still counts as idle here, and find that it was closed. One word decides between the two: the
 * close is won only at a count of 0, and every call that counts itself after it knows that nothing of it was sent, so that it
 * can be sent on another connection, and that the backend is not to blame. Safe for many threads.
 */
final class ConnectionUse {
    /** To be closed when it is idle. A bit far above any count. */
    private static final int LET_GO = 1 << 30;

    /** Closed, by us. */
    private static final int CLOSED = 1 << 29;

    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final WeakReference<Connection> connection;

    /** How many calls use the connection, and the two marks. */
    private final AtomicInteger state = new AtomicInteger();

    ConnectionUse(Connection connection) {
        this.connection = new WeakReference<>(connection);
    }

    /** Returns the connection, or null if OkHttp has forgotten it. */
    @Nullable
    Connection connection() {
        return connection.get();
    }

    void acquired() {
        state.getAndIncrement();
    }

    void released() {
        if (state.decrementAndGet() == LET_GO) {
            closeIfIdle();
        }
    }

    /** Closes the connection now, or when the last call that uses it has released it. */
    void letGo() {
        state.getAndUpdate(before -> before | LET_GO);
        closeIfIdle();
    }

    /** Tells whether it was closed here, before the call that asks has sent anything on it. */
    boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    private void closeIfIdle() {
        Connection idle = connection.get();
        if (idle == null || !state.compareAndSet(LET_GO, LET_GO | CLOSED)) {
            return;
        }
        try {
            idle.socket().close();
        } catch (IOException | RuntimeException e) {
            // The close of TLS says goodbye first; to a peer that is gone it cannot, and the socket is closed all the
            // same.
            log.debug("{} was closed without a goodbye", idle, e);
        }
    }
}
