package dev.evenkeel.lb.micrometer;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** The meters of one backend, from the moment it is known until it has left. */
final class BackendMeters {
    private final Readings readings;
    private final List<Meter> meters;

    /** What was last seen of it, because a counter has to keep its value until it is removed. */
    private volatile BackendSnapshot latest;

    BackendMeters(BackendSnapshot backend, Readings readings, MeterRegistry registry, String balancer) {
        this.latest = backend;
        this.readings = readings;
        Tags tags = Tags.of("balancer", balancer, "backend", backend.endpoint().toString());
        this.meters = List.of(
                Gauge.builder("evenkeel.backend.up", this, it -> it.now().state() == BackendState.UP ? 1 : 0)
                        .description("Whether the backend is in rotation: 1 or 0")
                        .tags(tags)
                        .register(registry),
                Gauge.builder(
                                "evenkeel.backend.in.flight",
                                this,
                                it -> it.now().traffic().inFlight())
                        .description("Attempts that have begun and not ended")
                        .tags(tags)
                        .register(registry),
                FunctionCounter.builder(
                                "evenkeel.attempts",
                                this,
                                it -> it.now().traffic().attempts())
                        .description("Attempts begun")
                        .tags(tags)
                        .register(registry),
                FunctionCounter.builder(
                                "evenkeel.failures",
                                this,
                                it -> it.now().traffic().failures())
                        .description("Attempts that ended as a failure of the backend, or did not reach it")
                        .tags(tags)
                        .register(registry));
    }

    private BackendSnapshot now() {
        BackendSnapshot found = readings.backend(latest.endpoint());
        if (found != null) {
            latest = found;
        }
        return latest;
    }

    void removeFrom(MeterRegistry registry) {
        meters.forEach(registry::remove);
    }
}
