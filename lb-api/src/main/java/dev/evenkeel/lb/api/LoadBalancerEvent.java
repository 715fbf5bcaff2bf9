package dev.evenkeel.lb.api;

import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something changed in a balancer. Immutable.
 *
 * @param kind what changed
 * @param balancer the balancer's name
 * @param at when, by the wall clock; order events by arrival, not by this
 * @param backend the backend right after the change, or null if the event is about the balancer
 * @param change why, and what was before
 */
public record LoadBalancerEvent(
        Kind kind, String balancer, Instant at, @Nullable BackendSnapshot backend, Change change) {
    /** The kinds of change. */
    public enum Kind {
        /** A backend was added. */
        JOINED,
        /** A removed backend has ended its last call. */
        LEFT,
        /** A backend came into rotation because its probes pass. */
        UP,
        /** A backend went out of rotation because its probes fail, or is not let in because its first one has failed. */
        DOWN,
        /** A backend went out of rotation because too many attempts on it failed, or stays out because its trial failed. */
        EJECTED,
        /** A backend would have been ejected, if the rule told in the reason did not keep it in. */
        WOULD_EJECT,
        /** The time of an ejection is over; one attempt at a time is let through as a trial, with probes once one has passed. */
        HALF_OPEN,
        /** An ejection has ended: its trial passed, or no other backend was left. */
        READMITTED,
        /** A backend went out of rotation because an operator said so, or because it was removed. */
        DRAINING,
        /** A backend that an operator drains has nothing in flight any more, or the deadline of the drain has passed. */
        DRAINED,
        /** An operator ended a drain. */
        RESUMED,
        /** A probe ignores its interruption; its thread was given up and replaced. */
        PROBE_ABANDONED,
        /** The source of the endpoints could not be asked, or found none; the last good set stays. Told when that begins. */
        SOURCE_FAILED,
        /** The source of the endpoints gives answers again. */
        SOURCE_RECOVERED,
        /** The policy threw, or picked what it must not; the balancer searched on without it. */
        POLICY_FAILED,
        /** So few backends are up that health is ignored and all of them are used, see the panic threshold. */
        PANIC_ON,
        /** Enough backends are up again; health counts. */
        PANIC_OFF,
        /** A new plan is in force. */
        PLAN_PUBLISHED,
        /** Listeners were too slow and missed events. */
        EVENTS_LOST,
        /** The balancer was closed. Always the last event. */
        CLOSED
    }

    /** Checks that nothing required is missing. */
    public LoadBalancerEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(balancer, "balancer");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(change, "change");
    }

    /** An event of which nothing but the reason is known. */
    public LoadBalancerEvent(Kind kind, String balancer, Instant at, @Nullable BackendSnapshot backend, String reason) {
        this(kind, balancer, at, backend, Change.because(reason));
    }

    /** Returns why, as a phrase that can follow a colon; may be empty. */
    public String reason() {
        return change.reason();
    }

    /** Returns what was thrown, or null. */
    public @Nullable Throwable cause() {
        return change.cause();
    }

    /** Returns when the state that this event has ended began, or null if it has ended none. */
    public @Nullable Instant since() {
        Before before = change.before();
        return before == null ? null : at.minus(before.lasted());
    }

    /** Returns all there is to say in a line, such as {@code orders: http://a:8080 is UP: 2 passed probes; was down for 12 s}. */
    public String line() {
        StringBuilder line = new StringBuilder(toString());
        if (change.before() != null) {
            line.append("; ").append(change.before());
        }
        for (Flag flag : change.flags()) {
            line.append("; ").append(flag);
        }
        return line.toString();
    }

    /** Returns what changed and why, such as {@code orders: http://a:8080 is DOWN: 3 failed probes: HTTP 503}. */
    @Override
    public String toString() {
        String subject = backend == null ? balancer : balancer + ": " + backend.endpoint();
        return subject + " is " + kind + (reason().isEmpty() ? "" : ": " + reason());
    }
}
