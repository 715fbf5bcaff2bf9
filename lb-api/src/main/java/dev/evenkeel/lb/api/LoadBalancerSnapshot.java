package dev.evenkeel.lb.api;

import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A balancer at one moment. Immutable. The parts are read one after the other, not as one.
 *
 * @param name the balancer's name
 * @param status what holds for the whole
 * @param plan who is used
 * @param backends all backends, in the order in which they joined, also those that drain or leave
 * @param past what has happened until then
 */
public record LoadBalancerSnapshot(
        String name, Status status, PlanSnapshot plan, List<BackendSnapshot> backends, Past past) {
    /**
     * What holds for the whole.
     *
     * @param at when, by the wall clock
     * @param policy the policy's name
     * @param closed whether the balancer is closed
     * @param source who says which backends there are, or null if a program does
     */
    public record Status(
            Instant at,
            String policy,
            boolean closed,
            @Nullable SourceSnapshot source) {
        /** Without a source. */
        public Status(Instant at, String policy, boolean closed) {
            this(at, policy, closed, null);
        }
    }

    /**
     * What has happened since the balancer was built.
     *
     * @param history the latest events, the oldest first; see {@link LoadBalancer#history}
     * @param events how many there were of each kind, those included that are not in the history; no entry is none
     * @param picksFailed how many attempts were given no backend, by reason; no entry is none
     */
    public record Past(List<LoadBalancerEvent> history, Map<Kind, Long> events, Map<Reason, Long> picksFailed) {
        /** Nothing. */
        public static final Past NONE = new Past(List.of(), Map.of(), Map.of());

        /** Takes copies. */
        public Past {
            history = List.copyOf(history);
            events = ordered(Kind.class, events);
            picksFailed = ordered(Reason.class, picksFailed);
        }

        private static <K extends Enum<K>> Map<K, Long> ordered(Class<K> type, Map<K, Long> counts) {
            Map<K, Long> copy = new EnumMap<>(type);
            copy.putAll(counts);
            return Collections.unmodifiableMap(copy);
        }

        /** Returns the history, a line for each event. */
        @Override
        public String toString() {
            return history.stream()
                    .map(event -> event.at() + " " + event.line())
                    .collect(Collectors.joining("\n"));
        }
    }

    /** Takes a copy of the list. */
    public LoadBalancerSnapshot {
        backends = List.copyOf(backends);
    }

    /** Returns the policy's name. */
    public String policy() {
        return status.policy();
    }

    /** Tells whether the balancer is closed. */
    public boolean closed() {
        return status.closed();
    }

    /** Returns the source of the endpoints, or null if there is none. */
    public @Nullable SourceSnapshot source() {
        return status.source();
    }

    /** Returns the number of the plan; it counts the published plans, from 1, and only rises. */
    public long planVersion() {
        return plan.version();
    }

    /** Returns the latest events, the oldest first. */
    public List<LoadBalancerEvent> history() {
        return past.history();
    }

    /** Returns how many backends are in the given state. */
    public long count(BackendState state) {
        return backends.stream().filter(backend -> backend.state() == state).count();
    }

    /**
     * Returns all of it as one line of JSON. Its fields are documented in {@code docs/observability.md}: names stay as long
     * as the number under {@code schema} does, and new ones may come. Durations are in milliseconds, moments in ISO 8601.
     */
    public String toJson() {
        return SnapshotJson.of(this);
    }

    /** Returns one line for the balancer and one for each backend. */
    @Override
    public String toString() {
        String head = name + ": " + count(BackendState.UP) + " of " + backends.size() + " backends up, " + policy()
                + ", " + plan + (source() == null ? "" : ", source " + source()) + (closed() ? ", closed" : "");
        return backends.stream().map(backend -> "\n  " + backend).collect(Collectors.joining("", head, ""));
    }
}
