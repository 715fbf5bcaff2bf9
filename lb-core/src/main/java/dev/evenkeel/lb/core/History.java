package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The latest events of a balancer, and how many there were of each kind. Safe for many threads. */
final class History {
    private final int capacity;

    /** The oldest first. Guarded by this. */
    private final Deque<LoadBalancerEvent> latest = new ArrayDeque<>();

    /** Guarded by this. */
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    /**
     * @param capacity how many events are kept, at least 0
     */
    History(int capacity) {
        this.capacity = capacity;
    }

    /** Takes in an event, in the order of the changes. */
    synchronized void add(LoadBalancerEvent event) {
        count(event.kind());
        if (event.kind() == Kind.PLAN_PUBLISHED || capacity == 0 || repeats(event, latest.peekLast())) {
            return;
        }
        if (latest.size() == capacity) {
            latest.removeFirst();
        }
        latest.addLast(event);
    }

    /** Counts an event that is about the listeners, and so no part of what has become of the balancer. */
    synchronized void count(Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    /** Something that fails again and again must not push out what came before it. */
    private static boolean repeats(LoadBalancerEvent event, @Nullable LoadBalancerEvent newest) {
        return newest != null
                && newest.kind() == event.kind()
                && newest.reason().equals(event.reason())
                && Objects.equals(endpoint(newest), endpoint(event));
    }

    private static @Nullable Endpoint endpoint(LoadBalancerEvent event) {
        BackendSnapshot backend = event.backend();
        return backend == null ? null : backend.endpoint();
    }

    synchronized List<LoadBalancerEvent> latest() {
        return List.copyOf(latest);
    }

    synchronized Map<Kind, Long> counts() {
        return Map.copyOf(counts);
    }
}
