package dev.evenkeel.lb.api;

import java.time.Duration;

/**
 * One backend at one moment.
 *
 * @param endpoint where it answers, with its weight
 * @param state what it is allowed to do
 * @param inState for how long it has been in that state; if ejected, since the ejection that has not ended since then
 * @param health what the probes last said
 * @param ejection why it is ejected, as a phrase; empty if it is not in that state
 * @param traffic what it has been given
 */
public record BackendSnapshot(
        Endpoint endpoint,
        BackendState state,
        Duration inState,
        BackendHealth health,
        String ejection,
        BackendTraffic traffic) {

    /** Returns the state with its reason, such as {@code http://a:8080 down 12 s (3 failed probes: HTTP 503)}. */
    public String summary() {
        String base = endpoint + " " + state;
        return switch (state) {
            case UP -> base;
            case DOWN -> base + " " + Durations.text(inState) + " (" + health + ")";
            case EJECTED -> base + " " + Durations.text(inState) + " (" + ejection + ")";
            case DRAINING, LEAVING -> base + " " + Durations.text(inState);
        };
    }

    /** Returns the summary with what is in flight. */
    @Override
    public String toString() {
        return summary() + ", weight " + endpoint.weight() + ", " + traffic;
    }
}
