package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.LoadBalancer;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection pool, the dispatcher and the resolver that a wrap makes, and their end. What is the user's is null here. */
final class WrapResources {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    /** So that 64 callers taking turns among a few backends find their connections again. */
    private static final int LEAST_IDLE_CONNECTIONS = 64;

    private static final int IDLE_CONNECTIONS_PER_BACKEND = 2;

    private final @Nullable ConnectionPool pool;
    private final @Nullable Dispatcher dispatcher;

    /** Null for an interceptor that was added by hand. */
    private final @Nullable CancelableDns dns;

    /** The connections in the pool that was made here; nobody else can take one of those. */
    private final @Nullable Connections connections;

    /** The wrapped client; null for an interceptor that was added by hand. */
    private volatile @Nullable OkHttpClient client;

    /** Whether it was told that a caller has forgotten a response. */
    private final AtomicBoolean toldOfForgotten = new AtomicBoolean();

    /** The names of the balancers that are not closed. Shrinks only. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    private WrapResources(@Nullable ConnectionPool pool, @Nullable Dispatcher dispatcher, @Nullable CancelableDns dns) {
        this.pool = pool;
        this.dispatcher = dispatcher;
        this.dns = dns;
        this.connections = pool == null ? null : new Connections();
    }

    /** Returns the resources of an interceptor that was added by hand: none. */
    static WrapResources none() {
        return new WrapResources(null, null, null);
    }

    static WrapResources of(OkHttpClient client, Collection<LoadBalancer> balancers, boolean keepPool) {
        int backends = balancers.stream()
                .mapToInt(balancer -> balancer.snapshot().backends().size())
                .sum();
        int idle = Math.max(LEAST_IDLE_CONNECTIONS, IDLE_CONNECTIONS_PER_BACKEND * backends);
        ConnectionPool pool = keepPool ? null : new ConnectionPool(idle, 5, TimeUnit.MINUTES);
        String names =
                String.join("+", balancers.stream().map(LoadBalancer::name).toList());
        Dispatcher dispatcher = null;
        if (DispatcherSize.isDefault(client.dispatcher())) {
            dispatcher = DispatcherSize.larger(names);
        } else if (DispatcherSize.isSmall(client.dispatcher(), backends)) {
            log.warn(
                    "{}: the client's dispatcher runs at most {} asynchronous calls at a time to each host, which"
                            + " OkHttp counts on the balancer's name, over all {} backends; raise maxRequestsPerHost",
                    names,
                    client.dispatcher().getMaxRequestsPerHost(),
                    backends);
        }
        WrapResources resources = new WrapResources(pool, dispatcher, CancelableDns.of(client.dns(), names));
        resources.watch(balancers);
        return resources;
    }

    private void watch(Collection<LoadBalancer> balancers) {
        balancers.forEach(balancer -> open.add(balancer.name()));
        // A balancer may outlive many a client that was wrapped for it, and must not keep them all.
        WeakReference<WrapResources> self = new WeakReference<>(this);
        for (LoadBalancer balancer : balancers) {
            String name = balancer.name();
            balancer.onClose(() -> {
                WrapResources alive = self.get();
                if (alive != null) {
                    alive.closed(name);
                }
            });
        }
    }

    OkHttpClient.Builder applyTo(OkHttpClient.Builder builder) {
        if (pool != null) {
            builder.connectionPool(pool);
        }
        if (dispatcher != null) {
            builder.dispatcher(dispatcher);
        }
        if (dns != null) {
            builder.dns(dns);
        }
        return builder;
    }

    /** Returns the connections that may be closed one by one, or null if the pool is the user's. */
    @Nullable
    Connections connections() {
        return connections;
    }

    void wrapped(OkHttpClient made) {
        client = made;
    }

    /** Returns the wrapped client, of which an attempt can be a call of its own; null if nobody knows it. */
    @Nullable
    OkHttpClient client() {
        return client;
    }

    /** A caller has forgotten a response. Tells whether that is the first one of the client. */
    boolean noteForgotten() {
        return toldOfForgotten.compareAndSet(false, true);
    }

    private void closed(String balancer) {
        if (!open.remove(balancer) || !open.isEmpty()) {
            return;
        }
        if (pool != null) {
            pool.evictAll();
        }
        // Not a shutdown, which would fail calls to other hosts: from now on a thread ends when it runs out of work.
        if (dispatcher != null && dispatcher.executorService() instanceof ThreadPoolExecutor threads) {
            threads.setKeepAliveTime(0, TimeUnit.NANOSECONDS);
        }
        if (dns != null) {
            dns.close();
        }
    }

    /** Closes the connection of a call that outlived the balancers. Called at the end of each balanced call. */
    void callEnded() {
        if (pool != null && open.isEmpty()) {
            pool.evictAll();
        }
    }
}
