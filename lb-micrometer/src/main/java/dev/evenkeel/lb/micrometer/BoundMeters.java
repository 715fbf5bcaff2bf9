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
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one balancer in one registry. Follows the members by the events that tell of them, on the balancer's thread for
 * listeners. Safe for many threads.
 */
final class BoundMeters implements LoadBalancerListener {
    /**
     * The names of the balancers that have meters in a registry. Meters cannot be asked for, because a filter may have renamed
     * them. Guarded by itself.
     */
    private static final Map<MeterRegistry, Set<String>> NAMES = new WeakHashMap<>();

    private final LoadBalancer balancer;
    private final MeterRegistry registry;
    private final int maxBackends;
    private final Readings readings;

    /** Guarded by this. */
    private final List<Meter> meters = new ArrayList<>();

    /** Guarded by this. */
    private final Map<Endpoint, BackendMeters> backends = new LinkedHashMap<>();

    /** Those that have no meters, because those before them took up the bound. Guarded by this. */
    private final Map<Endpoint, BackendSnapshot> waiting = new LinkedHashMap<>();

    /** How many wait. Written under the lock. */
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
        if (!claim(registry, balancer.name())) {
            throw new IllegalStateException(
                    balancer.name() + ": a balancer of that name has its meters in this registry already");
        }
        BoundMeters bound = new BoundMeters(balancer, registry, maxBackends);
        try {
            bound.register();
            balancer.addListener(bound);
            bound.follow();
            balancer.onClose(bound::close);
        } catch (RuntimeException | Error e) {
            bound.close(); // a registry may refuse a meter, and half of them help nobody
            throw e;
        }
    }

    private static boolean claim(MeterRegistry registry, String name) {
        synchronized (NAMES) {
            return NAMES.computeIfAbsent(registry, key -> new HashSet<>()).add(name);
        }
    }

    private static void release(MeterRegistry registry, String name) {
        synchronized (NAMES) {
            Set<String> names = NAMES.get(registry);
            if (names != null) {
                names.remove(name);
            }
        }
    }

    private synchronized void register() {
        gauge(
                "evenkeel.eligible",
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
        BackendSnapshot backend = event.backend();
        switch (event.kind()) {
            case JOINED -> joined(Objects.requireNonNull(backend, "backend"));
            case LEFT -> left(Objects.requireNonNull(backend, "backend").endpoint());
            case EVENTS_LOST -> follow();
            default -> {
                // changes no set of members
            }
        }
    }

    /** Gives meters to a backend as far as the bound allows. It may be known: one that leaves can be brought back. */
    private synchronized void joined(BackendSnapshot backend) {
        if (!closed) {
            readings.forget();
            admit(backend);
        }
    }

    /** Takes away the meters of a backend. If it is there again it is another one, which starts at 0 and joins after this. */
    private synchronized void left(Endpoint endpoint) {
        if (!closed) {
            readings.forget();
            drop(endpoint);
        }
    }

    /** Takes in who is there, however that came about. */
    private synchronized void follow() {
        if (closed) {
            return;
        }
        readings.forget();
        List<BackendSnapshot> present = balancer.snapshot().backends();
        Set<Endpoint> gone = new LinkedHashSet<>(backends.keySet());
        gone.addAll(waiting.keySet());
        for (BackendSnapshot backend : present) {
            BackendMeters known = backends.get(backend.endpoint());
            if (known == null || !known.isOlderThan(backend)) {
                gone.remove(backend.endpoint());
            }
        }
        gone.forEach(this::drop);
        present.forEach(this::admit);
    }

    private void admit(BackendSnapshot backend) {
        Endpoint endpoint = backend.endpoint();
        if (!backends.containsKey(endpoint)) {
            waiting.putIfAbsent(endpoint, backend);
            fill();
        }
    }

    private void drop(Endpoint endpoint) {
        waiting.remove(endpoint);
        BackendMeters left = backends.remove(endpoint);
        if (left != null) {
            left.removeFrom(registry);
        }
        fill();
    }

    /** Gives meters to those that wait, the first first, while there is room. */
    private void fill() {
        Iterator<BackendSnapshot> next = waiting.values().iterator();
        while (backends.size() < maxBackends && next.hasNext()) {
            BackendSnapshot backend = next.next();
            next.remove();
            BackendMeters added = new BackendMeters(backend, readings);
            backends.put(
                    backend.endpoint(), added); // first, so that what a registry takes before it refuses is removed
            added.addTo(registry, balancer.name());
        }
        unmetered = waiting.size();
    }

    private void close() {
        if (removeAll()) {
            release(registry, balancer.name());
        }
    }

    private synchronized boolean removeAll() {
        if (closed) {
            return false;
        }
        closed = true;
        backends.values().forEach(backend -> backend.removeFrom(registry));
        backends.clear();
        waiting.clear();
        meters.forEach(registry::remove);
        meters.clear();
        return true;
    }
}
