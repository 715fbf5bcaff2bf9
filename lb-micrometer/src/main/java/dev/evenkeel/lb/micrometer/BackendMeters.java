package dev.evenkeel.lb.micrometer;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** The meters of one backend, from its join until it has left. Read from any thread. */
final class BackendMeters {
    private final Endpoint endpoint;
    private final Readings readings;

    /** What is registered. Touched under the lock of {@link BoundMeters}. */
    private final List<Meter> meters = new ArrayList<>();

    /** What was last seen of it, because a counter has to keep its value until it is removed. */
    private volatile BackendSnapshot latest;

    /** The most that was seen: an attempt that meets a closing gate is counted for a moment and then taken back. */
    private final AtomicLong attempts = new AtomicLong();

    private final AtomicLong failures = new AtomicLong();

    private final AtomicLong resends = new AtomicLong();

    BackendMeters(BackendSnapshot backend, Readings readings) {
        this.endpoint = backend.endpoint();
        this.latest = backend;
        this.readings = readings;
    }

    void addTo(MeterRegistry registry, String balancer) {
        Tags tags = Tags.of("balancer", balancer, "backend", endpoint.toString());
        meters.add(Gauge.builder("evenkeel.backend.up", this, it -> it.now().state() == BackendState.UP ? 1 : 0)
                .description("Whether the backend is in rotation: 1 or 0")
                .tags(tags)
                .register(registry));
        meters.add(Gauge.builder(
                        "evenkeel.backend.in.flight",
                        this,
                        it -> it.now().traffic().inFlight())
                .description("Attempts that have begun and not ended")
                .tags(tags)
                .register(registry));
        ToDoubleFunction<BackendMeters> begun =
                it -> most(it.attempts, it.now().traffic().attempts());
        meters.add(FunctionCounter.builder("evenkeel.attempts", this, begun)
                .description("Attempts begun")
                .tags(tags)
                .register(registry));
        ToDoubleFunction<BackendMeters> failed =
                it -> most(it.failures, it.now().traffic().failures());
        meters.add(FunctionCounter.builder("evenkeel.failures", this, failed)
                .description("Attempts that ended as a failure of the backend, or did not reach it")
                .tags(tags)
                .register(registry));
        ToDoubleFunction<BackendMeters> resent =
                it -> most(it.resends, it.now().traffic().resends());
        meters.add(FunctionCounter.builder("evenkeel.resends", this, resent)
                .description("Requests that the transport sent again by itself within an attempt")
                .tags(tags)
                .register(registry));
    }

    private static long most(AtomicLong seen, long now) {
        return seen.accumulateAndGet(now, Math::max);
    }

    private BackendSnapshot now() {
        BackendSnapshot found = readings.backend(endpoint);
        if (found != null) {
            latest = found;
        }
        return latest;
    }

    /** Tells whether these are the meters of a backend that has left, and the given one came after it. */
    boolean isOlderThan(BackendSnapshot present) {
        return present.traffic().attempts() < attempts.get()
                || present.traffic().failures() < failures.get();
    }

    void removeFrom(MeterRegistry registry) {
        meters.forEach(registry::remove);
        meters.clear();
    }
}
