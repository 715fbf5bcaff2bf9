package dev.evenkeel.examples.proxy;

import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that serves a connection and stays with it while its client is busy: one whose request follows soon after the
 * answer before. Handing every request of such a client to another thread costs a change of interest, a turn of the
 * shared selector and the waking of a thread; waiting for it costs one look. For the machine's threads only.
 *
 * <p>A thread waits only after it has answered a request, at most once per answer, and never for the rest of a head or a
 * body: a client that sends byte by byte holds it no longer than if nobody waited. The first answer on a connection, and
 * the first after a pause, are followed by no wait.
 *
 * <p>One thread at a time stays. Whoever else comes meanwhile serves as if nobody did; Jetty's fill interest is taken by one
 * of them only, so that no two read at once.
 */
final class ServingThread implements AutoCloseable {
    private final WaitingRoom room;
    private final NextRequestWait next;

    /** Null while no thread stays; guarded by this, like all below. */
    private @Nullable Thread staying;

    private boolean busy;
    private boolean interested;
    private boolean everAnswered;
    private boolean answered;
    private long answeredAt;

    ServingThread(SocketChannel channel, WaitingRoom room) {
        this.room = room;
        this.next = new NextRequestWait(channel, room);
    }

    /** Says that this thread begins to serve; returns false if it or another one stays already. */
    synchronized boolean begin() {
        if (staying != null) {
            return false;
        }
        staying = Thread.currentThread();
        busy = everAnswered && System.nanoTime() - answeredAt < TimeUnit.MILLISECONDS.toNanos(room.millis());
        interested = false;
        answered = false;
        return true;
    }

    /** Says that a request begins to arrive. */
    synchronized void asked() {
        answered = false;
    }

    /** Says that a request was served. */
    synchronized void answered() {
        everAnswered = true;
        answered = true;
        answeredAt = System.nanoTime();
    }

    /**
     * Tells whether this thread sees to Jetty's interest in more bytes, by waiting for them. If it does not after an
     * answer, it stays no longer.
     */
    synchronized boolean takesInterest() {
        if (staying != Thread.currentThread() || !answered) {
            return false;
        }
        answered = false;
        interested = busy && room.hasRoom();
        if (!interested) {
            end();
        }
        return interested;
    }

    /** Tells whether this thread took an interest that it has not seen to yet, and takes it to be seen to now. */
    synchronized boolean hasInterest() {
        boolean taken = staying == Thread.currentThread() && interested;
        if (taken) {
            interested = false;
        }
        return taken;
    }

    /** Waits for the next request; returns whether there is something to read. */
    boolean awaitNext() {
        return next.awaitBytes();
    }

    /** Says that this thread leaves, unless it did before. */
    synchronized void end() {
        if (staying == Thread.currentThread()) {
            next.release();
            staying = null;
        }
    }

    /** Ends the wait, if there is one. Must come before the channel is closed. */
    @Override
    public void close() {
        next.close();
    }
}
