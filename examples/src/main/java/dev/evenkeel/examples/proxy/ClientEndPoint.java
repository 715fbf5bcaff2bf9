package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import okhttp3.Call;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection that notices its client going away while a backend is still busy for it.
 *
 * <p>While a request is served, Jetty reads only when it is asked for the body, so nobody would see the end of the stream
 * while a backend connects, is written to, or thinks. A {@link DepartureWatch} looks in now and then; bytes of the body or
 * of a next request that it meets are kept for Jetty. Jetty and the watch never read at once: who serves the request
 * unwatches first.
 */
final class ClientEndPoint extends SocketChannelEndPoint {
    private static final Logger LOG = LoggerFactory.getLogger(ClientEndPoint.class);

    /** A client that sends more than this ahead is seen to go only when it is written to. */
    private static final int LOOK_AHEAD = 4_096;

    private final Executor executor;
    private final @Nullable ServingThread serving;
    private @Nullable Call call;
    private boolean watched;
    private boolean seen;
    private boolean gone;
    private @Nullable ByteBuffer ahead;

    /**
     * @param room where threads may wait for the client's next request; none if null
     */
    ClientEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Connector connector,
            @Nullable WaitingRoom room) {
        super(channel, selector, key, connector.getScheduler());
        this.executor = connector.getExecutor();
        this.serving = room == null ? null : new ServingThread(channel, room);
    }

    /**
     * Serves what has arrived and, where threads may wait, the requests that follow soon.
     *
     * @param onFillable serves what has arrived, and leaves when it is interested in more
     */
    void serve(Runnable onFillable) {
        if (serving == null || !serving.begin()) {
            onFillable.run();
            return;
        }
        boolean paused = false;
        try {
            onFillable.run();
            while (!paused && serving.hasInterest()) { // until the client pauses
                paused = !serving.awaitNext();
                if (!paused) {
                    getFillInterest().fillable(); // comes back here by way of onFillable
                }
            }
        } finally {
            serving.end();
        }
        if (paused) {
            super.needsFillInterest(); // from here on another thread may serve
        }
    }

    /** Says that a request begins to arrive. */
    void asked() {
        if (serving != null) {
            serving.asked();
        }
    }

    @Override
    public void doClose() {
        if (serving != null) {
            serving.close();
        }
        super.doClose();
    }

    /** Says that this call works for this client from now on, and begins to watch. */
    synchronized void serve(Call work) {
        call = work;
        watched = true;
        seen = false;
    }

    /** Leaves the connection to Jetty, which is about to read the request's body and then sees by itself who goes. */
    synchronized void unwatch() {
        watched = false;
    }

    /** Goes on watching, since Jetty has stopped reading. */
    synchronized void watch() {
        watched = call != null;
    }

    /** Returns how many bytes the watch has met that Jetty has not asked for yet. */
    synchronized int keptAhead() {
        return ahead == null ? 0 : ahead.remaining();
    }

    /** Says that the call has ended. Must come before Jetty may read again. */
    void served() {
        synchronized (this) {
            call = null;
            watched = false;
        }
        if (serving != null) {
            serving.answered();
        }
    }

    /** Tells whether the client went away while it was served. */
    synchronized boolean isGone() {
        return gone;
    }

    /** Tells whether no request is being served and nothing has moved for this many milliseconds. */
    synchronized boolean isQuietFor(long millis) {
        return call == null && getIdleFor() >= millis;
    }

    /** Ends whatever is done for this client. */
    void cancel() {
        Call work;
        synchronized (this) {
            work = call;
        }
        if (work != null) {
            work.cancel();
        }
    }

    /** Looks whether the client is still there, from the second look at a call on, so that a fast call costs nothing. */
    void look() {
        if (isDeparted()) {
            cancel();
            close();
        }
    }

    private synchronized boolean isDeparted() {
        if (!watched || gone) {
            return false;
        }
        if (!seen) {
            seen = true;
            return false;
        }
        if (ahead == null) {
            ahead = ByteBuffer.allocate(LOOK_AHEAD).limit(0);
        }
        if (ahead.remaining() == LOOK_AHEAD) {
            return false;
        }
        gone = fillAhead(ahead) < 0;
        return gone;
    }

    private int fillAhead(ByteBuffer into) {
        try {
            return super.fill(into);
        } catch (IOException e) {
            LOG.debug("the client's connection failed", e);
            return -1;
        }
    }

    /** Closes with a reset, so that an answer that was cut short cannot be taken for a whole one. */
    void abort(Throwable cause) {
        try {
            if (getChannel().isOpen()) {
                getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        close(cause);
    }

    @Override
    public int fill(ByteBuffer into) throws IOException {
        ByteBuffer kept = ahead;
        if (kept != null) {
            ahead = null;
            if (kept.hasRemaining()) {
                int before = into.remaining();
                BufferUtil.append(into, kept);
                if (kept.hasRemaining()) {
                    ahead = kept;
                }
                notIdle();
                return into.remaining() - before;
            }
        }
        return super.fill(into);
    }

    @Override
    protected void needsFillInterest() {
        ByteBuffer kept = ahead;
        if (kept != null && kept.hasRemaining()) {
            executor.execute(() -> getFillInterest().fillable());
        } else if (serving == null || !serving.takesInterest()) {
            super.needsFillInterest();
        }
    }
}
