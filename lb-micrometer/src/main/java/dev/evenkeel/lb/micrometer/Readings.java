package dev.evenkeel.lb.micrometer;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerSnapshot;
import io.micrometer.core.instrument.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the meters read. One snapshot serves all meters that are read together, so that reading a thousand of them does not take a
 * thousand snapshots. Safe for many threads; a later reading is never older.
 */
final class Readings {
    /** Longer than a registry takes to read its meters, shorter than the time between two such rounds. */
    private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(100);

    private final LoadBalancer balancer;
    private final Clock clock;

    /** The last one taken; null before the first. Guarded by this. */
    private @Nullable Reading last;

    private record Reading(LoadBalancerSnapshot snapshot, Map<Endpoint, BackendSnapshot> backends, long takenNanos) {}

    Readings(LoadBalancer balancer, Clock clock) {
        this.balancer = balancer;
        this.clock = clock;
    }

    LoadBalancerSnapshot snapshot() {
        return reading().snapshot;
    }

    /** Returns a backend as it is, or null if it has left. */
    @Nullable
    BackendSnapshot backend(Endpoint endpoint) {
        return reading().backends.get(endpoint);
    }

    /** Forgets the last snapshot, which tells of members that there were. */
    synchronized void forget() {
        last = null;
    }

    private synchronized Reading reading() {
        Reading known = last;
        return known != null && clock.monotonicTime() - known.takenNanos < FRESH ? known : refresh();
    }

    private synchronized Reading refresh() {
        LoadBalancerSnapshot snapshot = balancer.snapshot();
        Map<Endpoint, BackendSnapshot> backends =
                snapshot.backends().stream().collect(Collectors.toMap(BackendSnapshot::endpoint, Function.identity()));
        Reading taken = new Reading(snapshot, backends, clock.monotonicTime());
        last = taken;
        return taken;
    }
}
