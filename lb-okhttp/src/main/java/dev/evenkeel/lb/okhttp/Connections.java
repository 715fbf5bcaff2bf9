package dev.evenkeel.lb.okhttp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import okhttp3.Connection;

/**
 * The connections of one client's own pool. OkHttp can close all that are idle or none; this closes those of one backend.
 * Every call of the client is counted, also those that go round the balancers, since they can share a connection with one
 * that does not. Remembers each connection weakly. Safe for many threads.
 */
final class Connections {
    /** Guarded by this. */
    private final Map<Connection, ConnectionUse> uses = new WeakHashMap<>();

    /** Returns what counts the calls on a connection. */
    synchronized ConnectionUse of(Connection connection) {
        return uses.computeIfAbsent(connection, ConnectionUse::new);
    }

    /** Closes the idle connections to a backend, and each of those in use when it becomes idle. */
    void letGo(Target backend) {
        for (ConnectionUse use : present()) {
            Connection connection = use.connection();
            if (connection != null && backend.isAt(connection.route().address())) {
                use.letGo();
            }
        }
    }

    private synchronized List<ConnectionUse> present() {
        return new ArrayList<>(uses.values());
    }

    /** Returns how many connections are remembered. */
    synchronized int size() {
        return uses.size();
    }
}
