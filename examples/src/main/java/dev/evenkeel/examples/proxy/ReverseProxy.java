package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/**
 * A reverse proxy for HTTP/1.1 that embeds in any program. It forwards through an {@link OkHttpClient}, usually one
 * that a balancer wraps, and streams both ways. Safe for many threads.
 *
 * <pre>{@code
 * try (ReverseProxy proxy = ReverseProxy.through(client).to("http://orders").listen("127.0.0.1:8080").build()) {
 *     proxy.start();
 *     ...
 * }
 * balancer.close(); // after the proxy, so that requests drain on live health
 * }</pre>
 */
public final class ReverseProxy implements AutoCloseable {

    private enum Phase {
        NEW,
        RUNNING,
        STOPPED
    }

    private final ListenAddress listen;
    private final Duration grace;
    private final Duration drainDelay;
    private final ForwardingHandler handler;
    private final ProxyServer server;

    /** Written under the lock; a reader may see it late, never wrong. */
    private volatile Phase phase = Phase.NEW;

    private ReverseProxy(Builder builder) {
        this.listen = builder.listen;
        this.grace = builder.grace;
        this.handler = new ForwardingHandler(
                new RequestTranslator(
                        new UpstreamTarget(builder.upstream), new ForwardedFields(builder.trusted), builder.hostMode),
                new UpstreamCalls(builder.client, builder.connectTimeout, builder.idleTimeout));
        this.drainDelay = builder.drainDelay;
        String readyPath = builder.readyPath;
        Handler entrance = readyPath == null ? handler : new Readiness(readyPath, this::ready, handler);
        this.server = new ProxyServer(listen, entrance, handler, builder.quiet);
    }

    /** Begins a proxy that forwards through this client; closing the proxy does not close the client. */
    public static Builder through(OkHttpClient client) {
        return new Builder(client);
    }

    /**
     * Opens the port and serves.
     *
     * @throws IOException if the port cannot be opened; the message names the address
     * @throws IllegalStateException if it was started or closed before
     */
    public synchronized void start() throws IOException {
        if (phase != Phase.NEW) {
            throw new IllegalStateException("a proxy can be started once, and this one is " + phase);
        }
        phase = Phase.STOPPED;
        server.start();
        phase = Phase.RUNNING;
    }

    /**
     * Returns the port it listens on; it stays the same after {@link #close()}.
     *
     * @throws IllegalStateException before {@link #start()}
     */
    public int port() {
        return server.port();
    }

    /** Tells whether it should be sent traffic: from {@link #start()} until {@link #close()} is called. */
    public boolean ready() {
        return phase == Phase.RUNNING;
    }

    /** Returns how many requests have begun and have not ended. */
    public int inFlight() {
        return handler.inFlight();
    }

    /**
     * Stops gently: {@link #ready()} turns false; after the drain delay no connection is accepted, every answer says
     * {@code Connection: close}, and requests in flight may end within the grace. What is left then is cut off. Returns when nothing is in flight;
     * only then stop what the requests need, such as a balancer. A second call waits for the first.
     */
    @Override
    public synchronized void close() {
        boolean running = phase == Phase.RUNNING;
        phase = Phase.STOPPED;
        if (running) {
            serveUnready();
            server.stop(grace);
        }
    }

    /** An interrupt ends the delay, and then the stop as well. */
    private void serveUnready() {
        long start = System.nanoTime();
        long left = drainDelay.toNanos();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = drainDelay.toNanos() - (System.nanoTime() - start);
        }
    }

    @Override
    public String toString() {
        return "reverse proxy on " + listen + ", " + phase;
    }

    /** Collects the settings of a proxy; every setting checks its value at once. Not safe for many threads. */
    public static final class Builder {
        final OkHttpClient client;
        final List<CidrBlock> trusted = new ArrayList<>();
        HttpUrl upstream = HttpUrl.get("http://backends");
        ListenAddress listen = new ListenAddress("127.0.0.1", 8080);
        HostMode hostMode = HostMode.PASS;
        Duration grace = Duration.ofSeconds(10);
        Duration drainDelay = Duration.ZERO;

        /** How long a kept connection lies unused before stopping closes it. Tests have other ideas of long. */
        Duration quiet = Duration.ofMillis(300);

        @Nullable
        String readyPath;

        Duration connectTimeout = Duration.ofSeconds(3);
        Duration idleTimeout = Duration.ofSeconds(60);

        private Builder(OkHttpClient client) {
            this.client = client;
        }

        /**
         * Where requests go: scheme, host and port, such as {@code http://orders}, which the client resolves. Default
         * {@code http://backends}.
         *
         * @throws IllegalArgumentException if it is no http or https URL, or has more than scheme, host and port
         */
        public Builder to(String url) {
            HttpUrl parsed = HttpUrl.get(url);
            if (!parsed.equals(parsed.resolve("/"))
                    || parsed.username().length() + parsed.password().length() > 0) {
                throw new IllegalArgumentException(
                        "upstream must be scheme, host and port only, such as http://backends, was \"" + url + "\"");
            }
            this.upstream = parsed;
            return this;
        }

        /**
         * Where to listen, as {@code host:port}; port 0 takes any free one. Default {@code 127.0.0.1:8080}.
         *
         * @throws IllegalArgumentException if it is malformed
         */
        public Builder listen(String address) {
            this.listen = ListenAddress.of(address);
            return this;
        }

        /**
         * Peers whose X-Forwarded and Forwarded fields are believed and extended; those of any other peer are
         * overwritten. None by default; adds to what was given before.
         *
         * @param cidrs such as {@code 10.0.0.0/8}, {@code fd00::/8} or {@code 127.0.0.1}
         * @throws IllegalArgumentException if one is malformed
         */
        public Builder trusting(String... cidrs) {
            for (String cidr : cidrs) {
                trusted.add(CidrBlock.of(cidr));
            }
            return this;
        }

        /** Which Host a backend sees. Default {@link HostMode#PASS}. */
        public Builder host(HostMode mode) {
            this.hostMode = mode;
            return this;
        }

        /**
         * How long {@link ReverseProxy#close()} waits for requests in flight. Default 10 seconds; zero waits for none.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder grace(Duration limit) {
            if (limit.isNegative()) {
                throw new IllegalArgumentException("grace must not be negative, was " + limit);
            }
            this.grace = limit;
            return this;
        }

        /**
         * The path on which the proxy itself tells whether it should be sent traffic: 200 while it should, 503 from the
         * moment {@link ReverseProxy#close()} is called. It is never forwarded. None by default.
         *
         * @throws IllegalArgumentException if it does not begin with a slash
         */
        public Builder readyPath(String path) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("ready path must begin with \"/\", was \"" + path + "\"");
            }
            this.readyPath = path;
            return this;
        }

        /**
         * How long {@link ReverseProxy#close()} goes on serving as before, but not ready, so that whoever asks the ready
         * path can turn to another proxy first. Default zero.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder drainDelay(Duration delay) {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("drain delay must not be negative, was " + delay);
            }
            this.drainDelay = delay;
            return this;
        }

        /**
         * How long connecting to a backend may take. Default 3 seconds.
         *
         * @throws IllegalArgumentException unless positive
         */
        public Builder connectTimeout(Duration limit) {
            this.connectTimeout = positive("connect timeout", limit);
            return this;
        }

        /**
         * How long a backend may stay silent, before its answer and within it. Default 60 seconds.
         *
         * @throws IllegalArgumentException unless positive
         */
        public Builder idleTimeout(Duration limit) {
            this.idleTimeout = positive("idle timeout", limit);
            return this;
        }

        private static Duration positive(String what, Duration limit) {
            // OkHttp counts whole milliseconds, and takes 0 for none at all.
            if (limit.toMillis() < 1 || limit.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(what + " must be 1 ms to 24 days, was " + limit);
            }
            return limit;
        }

        /** Returns the proxy; it does nothing before {@link ReverseProxy#start()}. */
        public ReverseProxy build() {
            return new ReverseProxy(this);
        }
    }
}
