package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.lang.ref.WeakReference;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection and how many calls use it. It can be let go: then it is closed as soon as no call uses it.
 *
 * <p>OkHttp takes a connection from its pool first and tells us of it then, before it writes the first byte. So a call can have
 * taken a connection that still counts as idle here. The close is begun only at a count of 0, and a call that comes to be
 * counted meanwhile waits until it is over: either it is counted before and the connection stays, or it is told that the
 * connection was closed, and has sent nothing of itself, for it could not have. Safe for many threads.
 */
final class ConnectionUse {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final WeakReference<Connection> connection;

    /** How many calls use the connection. Guarded by this, as are the two marks. */
    private int calls;

    /** To be closed when it is idle. */
    private boolean letGo;

    /** Closed, by us. */
    private boolean closed;

    ConnectionUse(Connection connection) {
        this.connection = new WeakReference<>(connection);
    }

    /** Returns the connection, or null if OkHttp has forgotten it. */
    @Nullable
    Connection connection() {
        return connection.get();
    }

    boolean isOf(Connection one) {
        return connection.refersTo(one);
    }

    /** Counts a call and tells whether the connection is open: if not, it was closed here, and the close is over. */
    synchronized boolean acquired() {
        calls++;
        return !closed;
    }

    synchronized void released() {
        calls--;
        closeIfIdle();
    }

    /** Closes the connection now, or when the last call that uses it has released it. */
    synchronized void letGo() {
        letGo = true;
        closeIfIdle();
    }

    /** Closes the connection now if no more than one call uses it, and tells whether it did. */
    synchronized boolean closeForOnlyCall() {
        if (calls > 1) {
            return false;
        }
        close();
        return true;
    }

    /** Tells whether {@link #closeForOnlyCall} would succeed now. */
    synchronized boolean isOfOneCall() {
        return calls <= 1;
    }

    private void closeIfIdle() {
        if (calls == 0 && letGo) {
            close();
        }
    }

    /** Closes under the lock, though the socket may be of a user's make: outside, a call could send in between. */
    private void close() {
        Connection idle = connection.get();
        if (idle == null || closed) {
            return;
        }
        closed = true;
        try {
            idle.socket().close();
        } catch (IOException | RuntimeException e) {
            // The close of TLS says goodbye first; to a peer that is gone it cannot, and the socket is closed all the
            // same.
            log.debug("{} was closed without a goodbye", idle, e);
        }
    }
}
