package dev.evenkeel.lb.okhttp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import okhttp3.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one client's own pool. OkHttp can close all that are idle or none; this closes those of one backend.
 * Every call of the client is counted, also those that go round the balancers, since they can share a connection with one
 * that does not. Remembers each connection weakly. Safe for many threads; a connection that is known is found without a lock.
 */
final class Connections {
    private static final int LEAST_PLACES = 16;

    /**
     * Open addressing by identity; the length is a power of two, and at least half of the places are empty. Written under
     * this. A place that was filled stays so, also when its connection is gone, until the table is replaced by another one:
     * who looks into one that was replaced in that moment may miss a connection, and looks again under the lock.
     */
    private volatile AtomicReferenceArray<ConnectionUse> table = new AtomicReferenceArray<>(LEAST_PLACES);

    /** How many places are filled. Guarded by this. */
    private int filled;

    /** Returns what counts the calls on a connection. */
    ConnectionUse of(Connection connection) {
        ConnectionUse known = find(table, connection);
        return known != null ? known : added(connection);
    }

    private synchronized ConnectionUse added(Connection connection) {
        ConnectionUse known = find(table, connection);
        if (known != null) {
            return known;
        }
        if (2 * (filled + 1) > table.length()) {
            replaceTable();
        }
        ConnectionUse made = new ConnectionUse(connection);
        put(table, made, connection);
        filled++;
        return made;
    }

    /** Leaves out what is gone, and makes room for as much again as there is. */
    private void replaceTable() {
        List<ConnectionUse> alive = present();
        int places =
                Integer.highestOneBit(8 * Math.max(LEAST_PLACES / 4, alive.size()) - 1); // four times as many, or more
        AtomicReferenceArray<ConnectionUse> next = new AtomicReferenceArray<>(places);
        filled = 0;
        for (ConnectionUse use : alive) {
            Connection connection = use.get();
            if (connection != null) {
                put(next, use, connection);
                filled++;
            }
        }
        table = next;
    }

    private static @Nullable ConnectionUse find(AtomicReferenceArray<ConnectionUse> places, Connection connection) {
        int last = places.length() - 1;
        int place = place(connection) & last;
        while (true) { // to an empty place, of which there are many
            ConnectionUse use = places.get(place);
            if (use == null || use.refersTo(connection)) {
                return use;
            }
            place = place + 1 & last;
        }
    }

    private static void put(AtomicReferenceArray<ConnectionUse> places, ConnectionUse made, Connection connection) {
        int last = places.length() - 1;
        int place = place(connection) & last;
        while (places.get(place) != null) { // as above
            place = place + 1 & last;
        }
        places.set(place, made);
    }

    /** By the socket: OkHttp locks the connection, and the hash of what was locked by several threads costs a call of the JVM. */
    private static int place(Connection connection) {
        return System.identityHashCode(connection.socket());
    }

    /** Closes the idle connections to a backend, and each of those in use when it becomes idle. */
    void letGo(Target backend) {
        for (ConnectionUse use : present()) {
            Connection connection = use.get();
            if (connection != null && backend.isAt(connection.route().address())) {
                use.letGo();
            }
        }
    }

    private synchronized List<ConnectionUse> present() {
        List<ConnectionUse> present = new ArrayList<>();
        for (int place = 0; place < table.length(); place++) {
            ConnectionUse use = table.get(place);
            if (use != null && use.get() != null) {
                present.add(use);
            }
        }
        return present;
    }

    /** Returns how many connections are remembered. */
    int size() {
        return present().size();
    }
}
