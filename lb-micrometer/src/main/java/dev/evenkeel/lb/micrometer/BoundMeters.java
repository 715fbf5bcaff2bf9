package dev.evenkeel.lb.micrometer;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.api.LoadBalancerSnapshot;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Past;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one balancer in one registry. Follows the members by the events that tell of them, on the balancer's thread for
 * listeners. Safe for many threads.
 */
final class BoundMeters implements LoadBalancerListener {
    /** Of two that bind at once, one has to see that the other was there first. */
    private static final Object BINDING = new Object();

    /** Registered first: while it is there, so are all. */
    private static final String ELIGIBLE = "evenkeel.eligible";

    private final LoadBalancer balancer;
    private final MeterRegistry registry;
    private final int maxBackends;
    private final Readings readings;

    /** Guarded by this. */
    private final List<Meter> meters = new ArrayList<>();

    /** Guarded by this. */
    private final Map<Endpoint, BackendMeters> backends = new LinkedHashMap<>();

    /** How many backends have no meters, because those before them took up the bound. Written under the lock. */
    private volatile int unmetered;

    /** Guarded by this. */
    private boolean closed;

    private BoundMeters(LoadBalancer balancer, MeterRegistry registry, int maxBackends) {
        this.balancer = balancer;
        this.registry = registry;
        this.maxBackends = maxBackends;
        this.readings = new Readings(balancer, registry.config().clock());
    }

    static void bind(LoadBalancer balancer, MeterRegistry registry, int maxBackends) {
        BoundMeters bound = new BoundMeters(balancer, registry, maxBackends);
        synchronized (BINDING) {
            if (registry.find(ELIGIBLE).tag("balancer", balancer.name()).meter() != null) {
                throw new IllegalStateException(
                        balancer.name() + ": a balancer of that name has its meters in this registry already");
            }
            bound.register();
        }
        balancer.addListener(bound);
        bound.follow();
        balancer.onClose(bound::close);
    }

    private synchronized void register() {
        gauge(
                ELIGIBLE,
                Tags.empty(),
                "Backends that may be picked",
                it -> it.now().plan().eligible());
        gauge(
                "evenkeel.panic",
                Tags.empty(),
                "Whether the health of some backends is ignored because too few are up: 1 or 0",
                it -> it.now().plan().isPanic() ? 1 : 0);
        gauge("evenkeel.backends.unmetered", Tags.empty(), "Backends beyond the bound", it -> it.unmetered);
        for (BackendState state : BackendState.values()) {
            gauge(
                    "evenkeel.backends",
                    Tags.of("state", word(state)),
                    "Backends in a state",
                    it -> it.now().count(state));
        }
        for (Kind kind : Kind.values()) {
            counter(
                    "evenkeel.transitions",
                    Tags.of("kind", word(kind)),
                    "Events of a kind",
                    it -> it.past().events().getOrDefault(kind, 0L));
        }
        for (Reason reason : Reason.values()) {
            Tags tags = Tags.of("reason", word(reason));
            counter(
                    "evenkeel.picks.failed",
                    tags,
                    "Attempts that were given no backend",
                    it -> it.past().picksFailed().getOrDefault(reason, 0L));
        }
    }

    private LoadBalancerSnapshot now() {
        return readings.snapshot();
    }

    private Past past() {
        return now().past();
    }

    /** The registry holds this weakly, so the function must not hold it either. */
    private void gauge(String name, Tags tags, String description, ToDoubleFunction<BoundMeters> value) {
        meters.add(Gauge.builder(name, this, value)
                .tags(tags.and("balancer", balancer.name()))
                .description(description)
                .register(registry));
    }

    private void counter(String name, Tags tags, String description, ToDoubleFunction<BoundMeters> value) {
        meters.add(FunctionCounter.builder(name, this, value)
                .tags(tags.and("balancer", balancer.name()))
                .description(description)
                .register(registry));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void onEvent(LoadBalancerEvent event) {
        switch (event.kind()) {
            case JOINED, LEFT, EVENTS_LOST -> follow();
            default -> {
                // changes no set of members
            }
        }
    }

    /** Gives meters to who is there, as far as the bound allows, and takes them from who is not. */
    private synchronized void follow() {
        if (closed) {
            return;
        }
        List<BackendSnapshot> present = balancer.snapshot().backends();
        Set<Endpoint> gone = new LinkedHashSet<>(backends.keySet());
        present.forEach(backend -> gone.remove(backend.endpoint()));
        gone.forEach(endpoint -> {
            BackendMeters left = backends.remove(endpoint);
            if (left != null) {
                left.removeFrom(registry);
            }
        });
        for (BackendSnapshot backend : present) {
            if (backends.size() < maxBackends && !backends.containsKey(backend.endpoint())) {
                backends.put(backend.endpoint(), new BackendMeters(backend, readings, registry, balancer.name()));
            }
        }
        unmetered = present.size() - backends.size();
    }

    private synchronized void close() {
        closed = true;
        backends.values().forEach(backend -> backend.removeFrom(registry));
        backends.clear();
        meters.forEach(registry::remove);
        meters.clear();
    }
}
