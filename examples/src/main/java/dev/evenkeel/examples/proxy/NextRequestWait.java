package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wait for bytes on one channel, with a selector of its own. That is two file descriptors, so it is open only from the
 * first wait to the {@link #release}. One thread at a time waits and releases; any may {@link #close}.
 *
 * <p>A channel stays open for as long as a selector knows it. So this must be closed before its channel, and then lets
 * no selector know it again.
 */
final class NextRequestWait implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NextRequestWait.class);

    private final SocketChannel channel;
    private final WaitingRoom room;

    /** Guarded by this, like the field below. */
    private @Nullable Selector selector;

    private boolean closed;

    NextRequestWait(SocketChannel channel, WaitingRoom room) {
        this.channel = channel;
        this.room = room;
    }

    /**
     * Waits until there is something to read, be it the end of the stream, and then returns true. Returns false if the time
     * is up before, this is closed, the thread is interrupted, or there is no selector to be had.
     */
    boolean awaitBytes() {
        try {
            Selector waiting = selector();
            return waiting != null && waiting.select(key -> {}, room.millis()) > 0;
        } catch (IOException e) {
            LOG.debug("a thread cannot wait for the next request", e);
        } catch (ClosedSelectorException e) {
            LOG.debug("the connection was closed while a thread waited for the next request", e);
        }
        return false;
    }

    private synchronized @Nullable Selector selector() throws IOException {
        if (selector == null && !closed) {
            selector = room.openSelector();
            channel.register(selector, SelectionKey.OP_READ);
        }
        return selector;
    }

    /** Gives back what the waits needed. */
    synchronized void release() {
        Selector open = selector;
        selector = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("a selector did not close", e);
            }
        }
    }

    /** Ends the wait, if there is one, and every later one at once. */
    @Override
    public synchronized void close() {
        closed = true;
        release();
    }
}
