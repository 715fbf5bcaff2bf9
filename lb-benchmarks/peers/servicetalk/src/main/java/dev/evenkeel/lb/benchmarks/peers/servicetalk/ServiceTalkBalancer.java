package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import io.servicetalk.client.api.ConnectionFactory;
import io.servicetalk.client.api.DefaultServiceDiscovererEvent;
import io.servicetalk.client.api.LoadBalancer;
import io.servicetalk.client.api.RequestTracker;
import io.servicetalk.client.api.ServiceDiscovererEvent;
import io.servicetalk.concurrent.api.AsyncCloseables;
import io.servicetalk.concurrent.api.Completable;
import io.servicetalk.concurrent.api.ListenableAsyncCloseable;
import io.servicetalk.concurrent.api.Publisher;
import io.servicetalk.concurrent.api.Single;
import io.servicetalk.concurrent.api.SourceAdapters;
import io.servicetalk.context.api.ContextMap;
import io.servicetalk.loadbalancer.LoadBalancers;
import io.servicetalk.loadbalancer.LoadBalancingPolicy;
import io.servicetalk.loadbalancer.OutlierDetectorConfig;
import io.servicetalk.transport.api.TransportObserver;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A balancer with one open connection to each backend. Down is a host that has lost it and was refused another one, which the
 * balancer calls unhealthy.
 */
final class ServiceTalkBalancer implements Balancer {
    /** A watchdog: other threads that have to get on with theirs do so in microseconds. */
    private static final long LONGEST_NANOS = 10_000_000_000L;

    /**
     * One refusal is enough. Hosts are not ejected by the outcomes of requests: there are none, and an ejection lasts half a
     * minute.
     */
    private static final OutlierDetectorConfig HEALTH = new OutlierDetectorConfig.Builder()
            .failedConnectionsThreshold(1)
            .enforcingConsecutive5xx(0)
            .enforcingSuccessRate(0)
            .enforcingFailurePercentage(0)
            .build();

    private final List<Backend> backends;
    private final Checks checks;
    private final LoadBalancer<Connection> balancer;

    private ServiceTalkBalancer(List<Backend> backends, Checks checks, LoadBalancer<Connection> balancer) {
        this.backends = backends;
        this.checks = checks;
        this.balancer = balancer;
    }

    static ServiceTalkBalancer of(LoadBalancingPolicy<Backend, Connection> policy, int count) {
        List<Backend> backends =
                IntStream.range(0, count).mapToObj(Backend::new).toList();
        Collection<ServiceDiscovererEvent<Backend>> available = backends.stream()
                .<ServiceDiscovererEvent<Backend>>map(backend ->
                        new DefaultServiceDiscovererEvent<>(backend, ServiceDiscovererEvent.Status.AVAILABLE))
                .toList();
        Checks checks = new Checks();
        LoadBalancer<Connection> balancer = LoadBalancers.<Backend, Connection>builder("peers")
                .loadBalancingPolicy(policy)
                .loadBalancerObserver(description -> new Observer())
                .outlierDetectorConfig(HEALTH)
                .minConnectionsPerHost(1)
                .backgroundExecutor(checks)
                .build()
                .newLoadBalancer(Publisher.from(available).concat(Publisher.never()), new Network(), "peers");
        ServiceTalkBalancer made = new ServiceTalkBalancer(backends, checks, balancer);
        made.connectAll();
        return made;
    }

    private void connectAll() {
        // By turns that takes one pick for each, by chance a multiple that grows with the logarithm.
        long most = 100L + 100L * backends.size();
        for (Backend backend : backends) {
            for (long picks = 0; !backend.connected(); picks++) {
                if (picks > most) {
                    throw new IllegalStateException(backend + " was never picked");
                }
                pick(0);
            }
        }
    }

    /**
     * {@code selectConnection} with a selector that takes any connection, subscribed to, with what comes of it. No request is
     * made, no concurrency of a connection reserved.
     */
    @Override
    public @Nullable Object pick(int key) {
        Answer answer = new Answer();
        SourceAdapters.toSource(balancer.selectConnection(ServiceTalkBalancer::any, null))
                .subscribe(answer);
        Connection connection = answer.connection();
        return connection == null ? answer.refusal() : connection;
    }

    private static boolean any(Connection connection) {
        return true;
    }

    /**
     * The pick, then the start and the success of a request as the HTTP client tells them to the tracker of the host:
     * {@code beforeRequestStart} and {@code onRequestSuccess}, with the clock read in both.
     */
    @Override
    public @Nullable Object attempt(int key) {
        Object picked = pick(key);
        if (picked instanceof Connection connection) {
            RequestTracker tracker = connection.tracker;
            if (tracker == null) {
                throw new IllegalStateException(connection + " has no tracker");
            }
            tracker.onRequestSuccess(tracker.beforeRequestStart());
        }
        return picked;
    }

    @Override
    public int number(Object answer) {
        return answer instanceof Connection connection ? connection.backend.number : ((Refusal) answer).backend.number;
    }

    /**
     * Makes backends reachable and has the health checks run that wait for that, or breaks their connection, whereupon the
     * balancer tries for another one in vain. Those who come up first, so that one is up at every instant.
     */
    @Override
    public void mark(BitSet up) {
        List<Backend> rising = backends.stream()
                .filter(backend -> up.get(backend.number) && !backend.reachable())
                .toList();
        rising.forEach(Backend::open);
        for (Backend backend : rising) {
            await(backend + " is not healthy again", () -> {
                if (backend.unhealthy()) {
                    checks.run();
                }
                return !backend.unhealthy();
            });
        }
        for (Backend backend : backends) {
            if (!up.get(backend.number) && backend.reachable()) {
                backend.shut();
                await(backend + " is still healthy", backend::unhealthy);
            }
        }
    }

    private static void await(String orElse, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start >= LONGEST_NANOS) {
                throw new IllegalStateException(orElse);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        try {
            balancer.closeAsync().toFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the balancer does not close", e.getCause());
        }
    }

    /** Connects to backends, on the calling thread. */
    private static final class Network implements ConnectionFactory<Backend, Connection> {
        private final ListenableAsyncCloseable closing = AsyncCloseables.emptyAsyncCloseable();

        @Override
        public Single<Connection> newConnection(
                Backend backend, @Nullable ContextMap context, @Nullable TransportObserver observer) {
            return Single.defer(
                    () -> backend.connect(context == null ? null : context.get(RequestTracker.REQUEST_TRACKER_KEY))
                            .shareContextOnSubscribe());
        }

        @Override
        public Completable closeAsync() {
            return closing.closeAsync();
        }

        @Override
        public Completable onClose() {
            return closing.onClose();
        }
    }
}
