package dev.evenkeel.lb.okhttp;

import okhttp3.Connection;
import org.jspecify.annotations.Nullable;

/** The connection that one call uses now, of which OkHttp gives it one at a time. */
final class ConnectionHold {
    private final @Nullable Connections connections;

    /** Written by the thread that runs the call, or ends it, one after the other. */
    private volatile @Nullable ConnectionUse held;

    /**
     * @param connections where uses are counted; null if nobody counts them
     */
    ConnectionHold(@Nullable Connections connections) {
        this.connections = connections;
    }

    /** Counts the call on a connection and tells whether it is open: if not, we have closed it, and nothing was sent. */
    boolean acquired(Connection connection) {
        if (connections == null) {
            return true;
        }
        ConnectionUse use = connections.of(connection);
        held = use;
        return use.acquired();
    }

    /** Has the connection closed when no call uses it any more. */
    void letGo() {
        ConnectionUse use = held;
        if (use != null) {
            use.letGo();
        }
    }

    void released(Connection connection) {
        ConnectionUse use = held;
        // A call that was followed only after it got its connection was not counted.
        if (use != null && use.connection() == connection) {
            held = null;
            use.released();
        }
    }
}
