package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.BindException;
import java.util.function.ToIntFunction;

/** Servers on one port of two addresses. The port that the first is given may be somebody else's at the other address. */
final class OnePort {
    private static final int TRIES = 50;

    private OnePort() {}

    /** Starts a server on any port. */
    interface First<S> {
        S start() throws IOException;
    }

    /** Starts a server at another address. */
    interface Second {
        void start(int port) throws IOException;
    }

    /**
     * Starts both and returns the first. One whose port is taken at the other address is left as it is, so that the next is
     * given another port; whoever starts it closes it.
     *
     * @param port tells the port of the first
     */
    static <S> S of(First<S> first, ToIntFunction<? super S> port, Second second) throws IOException {
        BindException taken = new BindException("no port was tried");
        for (int i = 0; i < TRIES; i++) {
            S started = first.start();
            try {
                second.start(port.applyAsInt(started));
                return started;
            } catch (BindException e) {
                e.addSuppressed(taken);
                taken = e;
            }
        }
        throw new IOException("one of " + TRIES + " ports must be free at both addresses, none was", taken);
    }
}
