package dev.evenkeel.lb.core.plan;

import java.time.Duration;

/**
 * How a backend that joins a running pool, or comes back, is given its share. Immutable.
 *
 * <p>Its weight is multiplied by {@code max(0.1, (t / window)^(1 / aggression))}, {@code t} being the time since it became
 * usable, in steps of 10 %. The formula is <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start">Envoy's</a>.
 * When all usable backends of a tier are new, none is held back, and neither in panic. What is held back goes to the others
 * of the same tier and zone; what the tier or the zone gets as a whole goes by the full weights.
 *
 * @param window how long the ramp takes, at most 100 years
 * @param aggression 1 is a straight line; above 1 the share rises faster in the beginning
 */
public record SlowStart(Duration window, double aggression) {
    private static final Duration MAX_WINDOW = Duration.ofDays(36_525);

    /** Checks the values. */
    public SlowStart {
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("the window of a slow start must be above 0, was " + window);
        }
        if (window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException("the window of a slow start must be at most 100 years, was " + window);
        }
        if (!(aggression > 0) || Double.isInfinite(aggression)) {
            throw new IllegalArgumentException(
                    "the aggression of a slow start must be above 0 and finite, was " + aggression);
        }
    }

    /** Returns a slow start in a straight line. */
    public static SlowStart over(Duration window) {
        return new SlowStart(window, 1);
    }

    /** Sets the aggression, above 0; default 1. */
    public SlowStart withAggression(double newAggression) {
        return new SlowStart(window, newAggression);
    }
}
