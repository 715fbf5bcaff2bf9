package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import okhttp3.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection and how many calls use it. It can be let go: then it is closed as soon as no call uses it.
 *
 * <p>OkHttp takes a connection from its pool first and tells us of it then, before it writes the first byte. So a call can have
 * taken a connection that still counts as idle here. The close is begun only at a count of 0, and a call that comes to be
 * counted meanwhile waits until it is over: either it is counted before and the connection stays, or it is told that the
 * connection was closed, and has sent nothing of itself, for it could not have. Safe for many threads; to count takes a lock
 * only beside a close.
 */
final class ConnectionUse extends WeakReference<Connection> {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");
    private static final AtomicIntegerFieldUpdater<ConnectionUse> STATE =
            AtomicIntegerFieldUpdater.newUpdater(ConnectionUse.class, "state");

    /** Closed by us, or about to be: who marks it holds the lock until the socket is closed. */
    private static final int CLOSED = 1;

    /** To be closed when it is idle. */
    private static final int LET_GO = 2;

    /** One call that uses the connection; the bits from here on are their number. */
    private static final int CALL = 4;

    /** In one word, so that a mark and the count it depends on are of one moment. The marks are set under this, for good. */
    private volatile int state;

    ConnectionUse(Connection connection) {
        super(connection);
    }

    /** Counts a call and tells whether the connection is open: if not, it was closed here, and the close is over. */
    boolean acquired() {
        return (STATE.getAndAdd(this, CALL) & CLOSED) == 0 || isOpenAfterClose();
    }

    /** Waits until whoever closes is done. */
    private synchronized boolean isOpenAfterClose() {
        return (state & CLOSED) == 0;
    }

    void released() {
        if (STATE.addAndGet(this, -CALL) == LET_GO) {
            closeIfIdle();
        }
    }

    /** Closes the connection now, or when the last call that uses it has released it. */
    synchronized void letGo() {
        STATE.getAndUpdate(this, before -> before | LET_GO);
        closeIfIdle();
    }

    private synchronized void closeIfIdle() {
        if (STATE.compareAndSet(this, LET_GO, LET_GO | CLOSED)) {
            close();
        }
    }

    /** Closes the connection now if no more than one call uses it, and tells whether it did. */
    synchronized boolean closeForOnlyCall() {
        while (true) { // and again for each call that is counted meanwhile
            int before = state;
            if (before / CALL > 1) {
                return false;
            }
            if ((before & CLOSED) != 0) {
                return true;
            }
            if (STATE.compareAndSet(this, before, before | CLOSED)) {
                close();
                return true;
            }
        }
    }

    /** Tells whether {@link #closeForOnlyCall} would succeed now. */
    boolean isOfOneCall() {
        return state / CALL <= 1;
    }

    /** Closes under the lock, though the socket may be of a user's make: outside, a call could send in between. */
    private void close() {
        Connection idle = get();
        if (idle == null) {
            return; // and nobody can take it any more
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
