package dev.evenkeel.examples;

import dev.evenkeel.examples.proxy.ReverseProxy;
import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.AttemptSource;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.RetryPolicy;
import java.io.IOException;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;

/** A balancer, a client that it wraps, and a proxy that forwards through both; they start and end as one. */
final class BalancedProxy implements AutoCloseable {
    private final LoadBalancer balancer;
    private final OkHttpClient client;
    private final ReverseProxy proxy;

    private BalancedProxy(LoadBalancer balancer, OkHttpClient client, ReverseProxy proxy) {
        this.balancer = balancer;
        this.client = client;
        this.proxy = proxy;
    }

    /**
     * Builds the balancer, then the proxy, and opens its port.
     *
     * @param settings what the proxy needs beyond where to forward to
     * @throws IOException if the port cannot be had
     * @throws IllegalArgumentException if a setting is wrong; nothing is left open then
     */
    static BalancedProxy start(LoadBalancers assembly, UnaryOperator<ReverseProxy.Builder> settings)
            throws IOException {
        return start(assembly, request -> Attempt.PLAIN, settings);
    }

    /**
     * As {@link #start(LoadBalancers, UnaryOperator)}.
     *
     * @param attempts what the policy may know of a request
     */
    static BalancedProxy start(
            LoadBalancers assembly, AttemptSource attempts, UnaryOperator<ReverseProxy.Builder> settings)
            throws IOException {
        LoadBalancer balancer = assembly.build();
        try {
            OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                    .balancers(balancer)
                    .attempts(attempts)
                    .retries(RetryPolicy.OFF) // what an answer asks for is the client's to do
                    .build();
            ReverseProxy.Builder builder = ReverseProxy.through(client).to("http://" + balancer.name());
            ReverseProxy proxy = settings.apply(builder).build();
            proxy.start();
            return new BalancedProxy(balancer, client, proxy);
        } catch (IOException | RuntimeException e) {
            balancer.close();
            throw e;
        }
    }

    LoadBalancer balancer() {
        return balancer;
    }

    /** Returns the client that the proxy forwards through. */
    OkHttpClient client() {
        return client;
    }

    int port() {
        return proxy.port();
    }

    int inFlight() {
        return proxy.inFlight();
    }

    /** Lets requests in flight end first, while the balancer still knows who is up. Closing again changes nothing. */
    @Override
    public void close() {
        proxy.close();
        balancer.close();
        client.connectionPool().evictAll();
    }
}
