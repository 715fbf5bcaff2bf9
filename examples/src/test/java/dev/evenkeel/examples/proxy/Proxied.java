package dev.evenkeel.examples.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;

/** A proxy in front of one raw backend, where a one-line interceptor stands for the balancer. */
final class Proxied implements AutoCloseable {
    private final OkHttpClient client;
    final ReverseProxy proxy;

    private Proxied(Interceptor balancer, UnaryOperator<ReverseProxy.Builder> settings) throws IOException {
        this.client = new OkHttpClient.Builder().addInterceptor(balancer).build();
        this.proxy = settings.apply(ReverseProxy.through(client).listen("127.0.0.1:0"))
                .build();
        proxy.start();
    }

    static Proxied to(RawBackend backend) throws IOException {
        return to(backend, builder -> builder);
    }

    static Proxied to(RawBackend backend, UnaryOperator<ReverseProxy.Builder> settings) throws IOException {
        return balancedBy(toPort(backend.port()), settings);
    }

    static Proxied balancedBy(Interceptor balancer, UnaryOperator<ReverseProxy.Builder> settings) throws IOException {
        return new Proxied(balancer, settings);
    }

    static Interceptor toPort(int port) {
        return chain -> chain.proceed(chain.request()
                .newBuilder()
                .url(chain.request()
                        .url()
                        .newBuilder()
                        .host("127.0.0.1")
                        .port(port)
                        .build())
                .build());
    }

    Wire connect() throws IOException {
        return Wire.to(proxy.port());
    }

    /** Sends one request on a connection of its own and returns the answer, which must have a Content-Length. */
    String ask(String request) throws IOException {
        try (Wire wire = connect()) {
            return wire.send(request).answer();
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("waited in vain until " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Stops the proxy and closes its connections to the backend. */
    void stop() {
        proxy.close();
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }
}
