package dev.evenkeel.examples.proxy;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;

/**
 * Looks at every client connection a few times a second: ends the work for a client that went away and, once the proxy is
 * stopping, closes connections that nobody uses. Owns one daemon thread.
 */
final class DepartureWatch implements AutoCloseable {
    /** Two looks and a cancellation fit well into a second. */
    static final long EVERY_MILLIS = 200;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "evenkeel-proxy-watch");
        made.setDaemon(true);
        return made;
    });
    private final Connector connector;
    private final long quietMillis;
    private volatile boolean stopping;

    /**
     * @param quiet how long a kept connection may lie unused before stopping closes it; a request may be on its way to us
     */
    DepartureWatch(Connector connector, Duration quiet) {
        this.connector = connector;
        this.quietMillis = quiet.toMillis();
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Closes quiet connections from now on. */
    void stopping() {
        stopping = true;
    }

    /** Ends whatever is still done for any client. */
    void cancelAll() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (endPoint instanceof ClientEndPoint client) {
                client.cancel();
            }
        }
    }

    private void look() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (endPoint instanceof ClientEndPoint client) {
                client.look();
                if (stopping && client.isQuietFor(quietMillis)) {
                    client.close();
                }
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
