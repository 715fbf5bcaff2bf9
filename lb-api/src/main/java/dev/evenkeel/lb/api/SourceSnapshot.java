package dev.evenkeel.lb.api;

import java.time.Duration;
import java.util.Locale;

/**
 * The {@link EndpointSource} of a balancer at one moment. Immutable.
 *
 * @param name the source's name
 * @param state whether it answers
 * @param reason what ails it, as a phrase; empty if nothing does
 * @param inState for how long it has been in that state, by the monotonic clock
 */
public record SourceSnapshot(String name, State state, String reason, Duration inState) {
    /** Whether a source answers. */
    public enum State {
        /** It has not answered yet. */
        WAITING,
        /** Its last answer was of use. */
        ANSWERING,
        /** Its last answer was of no use; the last good set stays. */
        FAILING;

        /** Returns the lower-case word for people. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns one phrase, such as {@code dns orders.internal failing for 12 s (timed out)}. */
    @Override
    public String toString() {
        return name + " " + state + " for " + Durations.text(inState) + (reason.isEmpty() ? "" : " (" + reason + ")");
    }
}
