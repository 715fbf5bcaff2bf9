package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.LoadBalancer;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;

/** Gives an {@link OkHttpClient} load balancing. */
public final class Evenkeel {
    private final OkHttpClient client;
    private final List<LoadBalancer> balancers = new ArrayList<>();
    private boolean keepConnectionPool;

    private Evenkeel(OkHttpClient client) {
        this.client = client;
    }

    /** Wraps a client with all defaults. */
    public static OkHttpClient wrap(OkHttpClient client, LoadBalancer... balancers) {
        return wrapping(client).balancers(balancers).build();
    }

    /** Starts a wrap with options. */
    public static Evenkeel wrapping(OkHttpClient client) {
        return new Evenkeel(client);
    }

    /** Adds balancers. */
    public Evenkeel balancers(LoadBalancer... added) {
        balancers.addAll(List.of(added));
        return this;
    }

    /** Leaves the client its own connection pool. */
    public Evenkeel keepConnectionPool() {
        keepConnectionPool = true;
        return this;
    }

    /** Makes the wrapped client. */
    public OkHttpClient build() {
        if (keepConnectionPool) {
            return client;
        }
        return client.newBuilder()
                .addInterceptor(LoadBalancingInterceptor.of(balancers.toArray(LoadBalancer[]::new)))
                .build();
    }
}
