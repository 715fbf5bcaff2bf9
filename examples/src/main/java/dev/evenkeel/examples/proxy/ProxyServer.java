package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty, set up for a proxy: strict about framing, indifferent to what a target means, and stopped in order. */
final class ProxyServer {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    /** Without virtual threads a request in flight holds a thread; this many may wait for slow backends at once. */
    private static final int MOST_THREADS = 1_024;

    /** How long a client's connection may lie unused; apart from the upstream's timeout, so that neither cuts the other. */
    private static final Duration CLIENT_IDLE = Duration.ofSeconds(60);

    /** How long requests that were cut off may take to notice. */
    private static final Duration LAST_WAIT = Duration.ofSeconds(1);

    private final ListenAddress listen;
    private final ForwardingHandler handler;
    private final Server server;
    private final ServerConnector connector;
    private final DepartureWatch watch;
    private volatile int port = -1;

    /**
     * @param entrance takes the requests, and passes them on to the forwarding handler
     * @param quiet how long a kept connection lies unused before stopping closes it
     */
    ProxyServer(ListenAddress listen, Handler entrance, ForwardingHandler handler, Duration quiet) {
        this.listen = listen;
        this.handler = handler;
        QueuedThreadPool threads = threads();
        this.server = new Server(threads);
        this.connector = new ClientConnector(server, new ClientConnections(http()), waitingRoom(threads));
        connector.setHost(listen.host());
        connector.setPort(listen.port());
        connector.setIdleTimeout(CLIENT_IDLE.toMillis());
        // Stopping closes unused connections by itself; a shorter timeout would also cut a slow upload.
        connector.setShutdownIdleTimeout(CLIENT_IDLE.toMillis());
        connector.setAcceptQueueSize(1_024);
        server.addConnector(connector);
        server.setHandler(entrance);
        server.setErrorHandler(new StatusPages());
        server.setStopTimeout(0);
        this.watch = new DepartureWatch(connector, quiet);
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
        threads.setName("evenkeel-proxy");
        threads.setDaemon(true);
        if (VirtualThreads.areSupported()) {
            threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("evenkeel-proxy-"));
        }
        return threads;
    }

    /** None where requests go to virtual threads, which cost little to wake. */
    static @Nullable WaitingRoom waitingRoom(QueuedThreadPool threads) {
        return VirtualThreads.areSupported() ? null : WaitingRoom.in(threads);
    }

    private static HttpConfiguration http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false); // the backend's Date passes; ours stands in where it gave none
        http.setRequestHeaderSize(32 * 1024);
        http.setResponseHeaderSize(8 * 1024); // taken for every answer, so within what the pool keeps
        http.setMaxResponseHeaderSize(264 * 1024); // OkHttp reads heads up to 256 KiB
        http.setHeaderCacheCaseSensitive(true);
        // Field names keep their case, and an absolute target may name another host than Host, which it overrides.
        http.setHttpCompliance(HttpCompliance.STRICT.with(
                "proxy",
                HttpCompliance.Violation.CASE_SENSITIVE_FIELD_NAME,
                HttpCompliance.Violation.MISMATCHED_AUTHORITY,
                HttpCompliance.Violation.UNSAFE_HOST_HEADER));
        // What a path means is for the backend to say; UpstreamTarget refuses what could not be carried.
        EnumSet<UriCompliance.Violation> uri = EnumSet.allOf(UriCompliance.Violation.class);
        uri.remove(UriCompliance.Violation.USER_INFO);
        uri.remove(UriCompliance.Violation.FRAGMENT);
        http.setUriCompliance(new UriCompliance("proxy", uri));
        return http;
    }

    void start() throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            halt();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("cannot listen on " + listen + ": " + cause.getMessage(), e);
        }
        port = connector.getLocalPort();
        watch.start();
    }

    int port() {
        if (port < 0) {
            throw new IllegalStateException("the proxy has no port before it was started");
        }
        return port;
    }

    /** Stops accepting, lets what is in flight end within the grace, cuts off what is left. */
    void stop(Duration grace) {
        // From here on Jetty says Connection: close in every answer.
        CompletableFuture<Void> drained = connector.shutdown();
        watch.stopping();
        try {
            drained.get(grace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "stopping cut off {} connection(s) after a grace of {}",
                    connector.getConnectedEndPoints().size(),
                    grace);
        } catch (ExecutionException e) {
            LOG.warn("stopping did not go in order", e);
        } catch (InterruptedException e) {
            LOG.warn("stopping was interrupted; requests in flight were cut off");
            Thread.currentThread().interrupt();
        }
        watch.cancelAll();
        awaitNoneInFlight();
        halt();
    }

    /** A call that was cancelled ends at once; the limit is for one that some interceptor holds. */
    private void awaitNoneInFlight() {
        long start = System.nanoTime();
        while (handler.inFlight() > 0 && System.nanoTime() - start < LAST_WAIT.toNanos()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void halt() {
        watch.close();
        boolean interrupted = Thread.interrupted();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the server did not stop cleanly", e);
        } finally {
            server.destroy();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes connections that notice their client going away. */
    private static final class ClientConnector extends ServerConnector {
        private final @Nullable WaitingRoom room;

        ClientConnector(Server server, HttpConnectionFactory http, @Nullable WaitingRoom room) {
            super(server, http);
            this.room = room;
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            ClientEndPoint endPoint = new ClientEndPoint(channel, selector, key, this, room);
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
        }
    }
}
