package dev.evenkeel.lb.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something changed in a balancer.
 *
 * @param kind what changed
 * @param balancer the balancer's name
 * @param at when, by the wall clock; order events by arrival, not by this
 * @param backend the backend right after the change, or null if the event is about the balancer
 * @param reason why, as a phrase that can follow a colon
 */
public record LoadBalancerEvent(
        Kind kind, String balancer, Instant at, @Nullable BackendSnapshot backend, String reason) {
    /** The kinds of change. */
    public enum Kind {
        /** A backend was added. */
        JOINED,
        /** A removed backend has ended its last call. */
        LEFT,
        /** A backend came into rotation because its probes pass. */
        UP,
        /** A backend went out of rotation because its probes fail. */
        DOWN,
        /** A backend went out of rotation because too many attempts on it failed, or stays out because its trial failed. */
        EJECTED,
        /** A backend would have been ejected, if the rule told in the reason did not keep it in. */
        WOULD_EJECT,
        /** The time of an ejection is over; one attempt is now let through as a trial. */
        HALF_OPEN,
        /** An ejection has ended: its trial passed, or no other backend was left. */
        READMITTED,
        /** A backend went out of rotation because an operator said so, or because it was removed. */
        DRAINING,
        /** An operator ended a drain. */
        RESUMED,
        /** A probe ignores its interruption; its thread was given up and replaced. */
        PROBE_ABANDONED,
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

    /** Returns a line for a log, such as {@code orders: http://a:8080 is DOWN: 3 failed probes: HTTP 503}. */
    @Override
    public String toString() {
        String subject = backend == null ? balancer : balancer + ": " + backend.endpoint();
        return subject + " is " + kind + (reason.isEmpty() ? "" : ": " + reason);
    }
}
