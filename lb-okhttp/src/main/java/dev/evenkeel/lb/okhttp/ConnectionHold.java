package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Address;
import okhttp3.Connection;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** The connection that one call uses now, of which OkHttp gives it one at a time. */
final class ConnectionHold {
    private final WrapResources resources;

    // Whoever has the call writes and reads both, one after the other: its thread, then who was given the response.

    /** Null for none. */
    private @Nullable Connection connection;

    /** What counts the calls on the connection; null if nobody does. Means nothing while there is no connection. */
    private @Nullable ConnectionUse held;

    ConnectionHold(WrapResources resources) {
        this.resources = resources;
    }

    /** Returns what the call's client has. */
    WrapResources resources() {
        return resources;
    }

    /** Counts the call on a connection and tells whether it is open: if not, we have closed it, and nothing was sent. */
    boolean acquired(Connection taken) {
        connection = taken;
        Connections connections = resources.connections();
        if (connections == null) {
            return true;
        }
        ConnectionUse use = connections.of(taken);
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

    /**
     * Closes the connection if OkHttp would keep the call on it on the way to a target that is elsewhere: it does so while
     * host and port are equal, whatever the address. Tells whether the call can go there now: not if other calls use the
     * connection, or could.
     */
    boolean leaveFor(Target next) throws IOException {
        Connection kept = connection;
        if (kept == null || !isKeptFor(next, kept)) {
            return true;
        }
        ConnectionUse use = held;
        if (use != null) {
            return use.closeForOnlyCall();
        }
        if (isOfOneCall(kept)) {
            kept.socket().close();
            return true;
        }
        return false;
    }

    /** Returns what a call ends with that could not leave. */
    IOException cannotLeaveFor(Target next) {
        return new IOException(
                "cannot proceed again to " + next + ": OkHttp keeps the call on " + connection + ", which has the"
                        + " same host and port and another address, and which other calls use; give the backends different"
                        + " names or ports, or make a new call");
    }

    /** Tells whether {@link #leaveFor} would succeed now. Closes nothing. */
    boolean canLeaveFor(Target next) {
        Connection kept = connection;
        if (kept == null || !isKeptFor(next, kept)) {
            return true;
        }
        ConnectionUse use = held;
        return use != null ? use.isOfOneCall() : isOfOneCall(kept);
    }

    /** Tells whether OkHttp would keep a call on its connection although the next target is elsewhere. */
    private static boolean isKeptFor(Target next, Connection kept) {
        Address address = kept.route().address();
        return next.isNamed(address.url())
                && !next.isAt(address)
                && !kept.socket().isClosed();
    }

    /** Tells whether a connection is one call's at a time, by its protocol. */
    static boolean isOfOneCall(Connection kept) {
        return kept.protocol() == Protocol.HTTP_1_1 || kept.protocol() == Protocol.HTTP_1_0;
    }

    /**
     * The call is gone, and no event will tell of its connection. OkHttp would give that to another call with the rest of the
     * response still in it, so it is closed, unless it is one of many streams.
     */
    void abandon() {
        Connection left = connection;
        if (left == null) {
            return;
        }
        if (isOfOneCall(left)) {
            ConnectionUse use = held;
            if (use != null) {
                use.closeForOnlyCall();
            } else {
                new ConnectionUse(left).closeForOnlyCall();
            }
        }
        released(left);
    }

    /** Tells whether it was the one that is held here. One that the call had before it was followed was not counted. */
    boolean released(Connection left) {
        if (connection != left) {
            return false;
        }
        connection = null;
        ConnectionUse use = held;
        if (use != null) {
            use.released();
        }
        return true;
    }
}
