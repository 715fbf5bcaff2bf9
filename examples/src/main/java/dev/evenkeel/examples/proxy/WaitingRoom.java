package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The room that a pool of the machine's threads has for threads that wait for busy clients. Safe for many threads.
 *
 * <p>The limit is a soft one: threads that ask at the same moment may pass it together, by one wait each.
 */
final class WaitingRoom {
    /** Long for a client that has its next request ready, short for a thread that is held for nothing. */
    private static final long MOST_MILLIS = 20;

    private final QueuedThreadPool threads;
    private final long millis;
    private final SelectorProvider selectors;

    /**
     * @param millis how long one wait may last
     * @param selectors makes what a thread waits on
     */
    WaitingRoom(QueuedThreadPool threads, long millis, SelectorProvider selectors) {
        this.threads = threads;
        this.millis = millis;
        this.selectors = selectors;
    }

    /** Returns the room of this pool, for waits of up to 20 ms. */
    static WaitingRoom in(QueuedThreadPool threads) {
        return new WaitingRoom(threads, MOST_MILLIS, SelectorProvider.provider());
    }

    /** Tells whether one more thread may wait: less than half of the pool is at work, so nothing queues for a thread. */
    boolean hasRoom() {
        return 2 * threads.getBusyThreads() < threads.getMaxThreads();
    }

    /** Returns how long one wait may last, in milliseconds. */
    long millis() {
        return millis;
    }

    /** @throws IOException if there is none to be had, most likely for want of file descriptors */
    Selector openSelector() throws IOException {
        return selectors.openSelector();
    }
}
