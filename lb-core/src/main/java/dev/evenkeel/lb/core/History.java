package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The latest events of a balancer, and how many there were of each kind. Safe for many threads. */
final class History {
    /** Kinds that can come again and again without any backend having changed its state. */
    private static final Set<Kind> NOTICES = EnumSet.of(
            Kind.WOULD_EJECT, Kind.SOURCE_FAILED, Kind.SOURCE_RECOVERED, Kind.POLICY_FAILED, Kind.PROBE_ABANDONED);

    /** How long a notice is not repeated. What has gone on for hours should not look as if it had stopped. */
    private static final Duration REMINDER = Duration.ofHours(1);

    private static final Pattern NUMBERS = Pattern.compile("\\d+");

    private final int capacity;

    /** The oldest first. Guarded by this. */
    private final Deque<LoadBalancerEvent> latest = new ArrayDeque<>();

    /** Of the notices among them the newest of each subject. Guarded by this. */
    private final Map<Subject, LoadBalancerEvent> notices = new HashMap<>();

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
        if (event.kind() == Kind.PLAN_PUBLISHED || capacity == 0 || repeats(event)) {
            return;
        }
        if (latest.size() == capacity) {
            LoadBalancerEvent oldest = latest.removeFirst();
            if (isNotice(oldest)) {
                notices.remove(Subject.of(oldest), oldest);
            }
        }
        latest.addLast(event);
        if (isNotice(event)) {
            notices.put(Subject.of(event), event);
        }
    }

    /** Counts an event that is about the listeners, and so no part of what has become of the balancer. */
    synchronized void count(Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    /** Something that fails again and again must not push out what came before it. */
    private boolean repeats(LoadBalancerEvent event) {
        LoadBalancerEvent newest = latest.peekLast();
        if (newest != null
                && Subject.of(newest).equals(Subject.of(event))
                && newest.reason().equals(event.reason())) {
            return true;
        }
        LoadBalancerEvent before = isNotice(event) ? notices.get(Subject.of(event)) : null;
        return before != null
                && wording(before).equals(wording(event))
                && Duration.between(before.at(), event.at()).compareTo(REMINDER) < 0;
    }

    /** Tells whether an event changes no state, so that one more of them may say nothing new. */
    private static boolean isNotice(LoadBalancerEvent event) {
        return NOTICES.contains(event.kind());
    }

    /** Returns the part of the reason that makes an event another one. */
    private static String wording(LoadBalancerEvent event) {
        return switch (event.kind()) {
            case WOULD_EJECT, SOURCE_FAILED -> ""; // it may find another share, or quote another answer, each time
            default -> NUMBERS.matcher(event.reason()).replaceAll("0");
        };
    }

    /** What an event is about. */
    private record Subject(Kind kind, @Nullable Endpoint endpoint) {
        static Subject of(LoadBalancerEvent event) {
            BackendSnapshot backend = event.backend();
            return new Subject(event.kind(), backend == null ? null : backend.endpoint());
        }
    }

    synchronized List<LoadBalancerEvent> latest() {
        return List.copyOf(latest);
    }

    synchronized Map<Kind, Long> counts() {
        return Map.copyOf(counts);
    }
}
