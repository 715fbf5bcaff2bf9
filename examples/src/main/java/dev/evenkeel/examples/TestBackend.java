package dev.evenkeel.examples;

import java.io.IOException;
import java.util.function.BiFunction;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP server on loopback that says who it is, can be made to fail its health check, can be killed, and comes
 * back on the same port. Safe for many threads.
 */
public final class TestBackend implements AutoCloseable {
    /** Handling never blocks, so this is plenty for any load; Jetty keeps two for accepting and selecting. */
    private static final int MAX_THREADS = 8;

    private final BackendSettings settings;
    private final BackendHandler.State state;
    /** What stands before the handler that says who it is. */
    private final BiFunction<Server, Handler, Handler> entrance;
    /** The server while it runs. Guarded by this. */
    private @Nullable Server server;
    /** The port it was given at the first start, 0 before. Written under the lock. */
    private volatile int port;

    private TestBackend(BackendSettings settings, BiFunction<Server, Handler, Handler> entrance) {
        this.settings = settings;
        this.entrance = entrance;
        this.state = new BackendHandler.State();
    }

    /** Returns a backend that does nothing before {@link #start()}. */
    public static TestBackend of(BackendSettings settings) {
        return new TestBackend(settings, (server, handler) -> handler);
    }

    /** Returns one that also takes web sockets, see {@link ChatRoom}. */
    static TestBackend chatting(BackendSettings settings) {
        return new TestBackend(settings, (server, handler) -> ChatRoom.before(server, handler, settings.name()));
    }

    /**
     * Listens; after a {@link #kill()} on the same port as before.
     *
     * @throws IOException if the port cannot be had; the message names it
     * @throws IllegalStateException if it runs already
     */
    public synchronized void start() throws IOException {
        if (server != null) {
            throw new IllegalStateException("backend " + settings.name() + " runs already, on port " + port);
        }
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
        threads.setName("backend-" + settings.name());
        threads.setDaemon(true);
        Server starting = new Server(threads);
        ServerConnector connector = new ServerConnector(starting, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setPort(port == 0 ? settings.port() : port);
        starting.addConnector(connector);
        starting.setHandler(entrance.apply(starting, new BackendHandler(settings, state)));
        starting.setStopTimeout(0);
        try {
            starting.start();
        } catch (IOException e) {
            stop(starting);
            throw new IOException(
                    "backend " + settings.name() + " cannot listen on 127.0.0.1:" + connector.getPort() + ": "
                            + rootMessage(e),
                    e);
        } catch (Exception e) {
            stop(starting);
            throw new IllegalStateException("backend " + settings.name() + " did not start", e);
        }
        server = starting;
        port = connector.getLocalPort();
    }

    /**
     * Ends as a killed process does: the port and every connection are closed at once, requests in flight get no answer.
     * Does nothing if it does not run.
     */
    public synchronized void kill() {
        Server stopping = server;
        if (stopping != null) {
            server = null;
            stop(stopping);
        }
    }

    /** Does what {@link #kill()} does. */
    @Override
    public void close() {
        kill();
    }

    private void stop(Server stopping) {
        try {
            stopping.stop();
        } catch (Exception e) {
            throw new IllegalStateException("backend " + settings.name() + " did not stop", e);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) { // a chain of causes ends
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    /** Sets whether its health check passes; it does at first, and stays as it is across a restart. */
    public void healthy(boolean up) {
        state.healthy(up);
    }

    /** Returns how many requests it was sent in all, not counting health checks and switching. */
    public long received() {
        return state.received();
    }

    /** Returns its name. */
    public String name() {
        return settings.name();
    }

    /** Returns the port it listens on, or listened on last; 0 before the first start. */
    public int port() {
        return port;
    }

    /** Returns where it answers, such as {@code http://127.0.0.1:8081}. */
    public String url() {
        return "http://127.0.0.1:" + port;
    }
}
