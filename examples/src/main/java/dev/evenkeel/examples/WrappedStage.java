package dev.evenkeel.examples;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import okhttp3.OkHttpClient;

/** What an example plays with: backends, the balancer {@code orders} over them, and a client that is wrapped with it. */
final class WrappedStage implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final List<TestBackend> backends;
    private final LoadBalancer orders;
    private final OkHttpClient client;
    private final Duration patience;

    private WrappedStage(List<TestBackend> backends, LoadBalancer orders, Duration patience) {
        this.backends = backends;
        this.orders = orders;
        this.client = Evenkeel.wrap(new OkHttpClient(), orders);
        this.patience = patience;
    }

    /**
     * Starts the backends on free ports, and wraps a client.
     *
     * @param patience how long a change may take before the example ends badly
     * @throws IOException if a port cannot be had; nothing is left open then
     */
    static WrappedStage open(List<TestBackend> backends, Duration patience) throws IOException {
        try {
            for (TestBackend backend : backends) {
                backend.start();
            }
            LoadBalancer orders = LoadBalancers.named("orders")
                    .backends(backends.stream().map(TestBackend::url).toArray(String[]::new))
                    .healthCheck(HttpHealthCheck.get("/health")
                            .every(DemoStage.INTERVAL)
                            .transitionInterval(DemoStage.TRANSITION_INTERVAL)
                            .start(HealthCheck.Start.PESSIMISTIC))
                    .build();
            return new WrappedStage(backends, orders, patience);
        } catch (IOException | RuntimeException e) {
            backends.forEach(TestBackend::close);
            throw e;
        }
    }

    List<TestBackend> backends() {
        return backends;
    }

    List<String> names() {
        return backends.stream().map(TestBackend::name).toList();
    }

    OkHttpClient client() {
        return client;
    }

    Duration patience() {
        return patience;
    }

    /** Returns the backend of that URL. */
    TestBackend backend(String url) throws DemoFailure {
        for (TestBackend backend : backends) {
            if (backend.url().equals(url)) {
                return backend;
            }
        }
        throw new DemoFailure("no backend has the URL " + url);
    }

    /** Returns how the balancer sees a backend. */
    BackendSnapshot seen(TestBackend backend) throws DemoFailure {
        for (BackendSnapshot snapshot : orders.snapshot().backends()) {
            if (snapshot.endpoint().url().equals(backend.url())) {
                return snapshot;
            }
        }
        throw new DemoFailure("the balancer does not know " + backend.url() + " any more");
    }

    /** Waits until the balancer sees a backend like that; what ends a call is told after the caller has heard of it. */
    void await(TestBackend backend, String what, Predicate<BackendSnapshot> condition) throws DemoFailure {
        long start = System.nanoTime();
        BackendSnapshot now = seen(backend);
        while (!condition.test(now)) {
            if (System.nanoTime() - start >= patience.toNanos()) {
                throw new DemoFailure("backend " + backend.name() + " should have " + what + " within "
                        + patience.toMillis() + " ms, but is " + now.state() + " with "
                        + now.traffic().inFlight() + " in flight");
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            now = seen(backend);
        }
    }

    /**
     * Waits until each backend has passed its health check, and has its turn: the plan of who does is made after. On a busy
     * machine a first probe may take too long.
     */
    void awaitAllUp() throws DemoFailure {
        for (TestBackend backend : backends) {
            await(backend, "come up", seen -> seen.state() == BackendState.UP);
        }
        long start = System.nanoTime();
        while (orders.snapshot().plan().eligible() < backends.size()) {
            if (System.nanoTime() - start >= patience.toNanos()) {
                throw new DemoFailure(
                        "all " + backends.size() + " backends should have had their turn within " + patience.toMillis()
                                + " ms, but the plan is " + orders.snapshot().plan());
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /** Returns what the balancer has to say of how its backends came and went, a line each. */
    List<String> history() {
        return orders.history().stream().map(LoadBalancerEvent::line).toList();
    }

    /** Waits until a backend has so many calls in flight. */
    void awaitInFlight(TestBackend backend, int calls) throws DemoFailure {
        await(backend, "had " + calls + " in flight", seen -> seen.traffic().inFlight() == calls);
    }

    /** Closes the balancer, and with it what the wrap has made, and then the backends. Closing again changes nothing. */
    @Override
    public void close() {
        orders.close();
        backends.forEach(TestBackend::close);
    }
}
