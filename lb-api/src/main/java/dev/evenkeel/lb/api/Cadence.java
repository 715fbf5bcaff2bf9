package dev.evenkeel.lb.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When probes are made. Immutable. What was not set follows from {@link #interval()}. */
public final class Cadence {
    /** Every 10 s, every 2 s while a change is pending, timeout 3 s, 10 % jitter. */
    public static final Cadence DEFAULT = new Cadence(Duration.ofSeconds(10), null, null, null, 0.1);

    private static final Duration DEFAULT_TRANSITION_INTERVAL = Duration.ofSeconds(2);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);

    /** Beyond a year an interval is a mistake of units, and nanoseconds stay far from overflow. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Duration interval;
    private final @Nullable Duration transitionInterval;
    private final @Nullable Duration downInterval;
    private final @Nullable Duration timeout;
    private final double jitter;

    private Cadence(
            Duration interval,
            @Nullable Duration transitionInterval,
            @Nullable Duration downInterval,
            @Nullable Duration timeout,
            double jitter) {
        this.interval = interval;
        this.transitionInterval = transitionInterval;
        this.downInterval = downInterval;
        this.timeout = timeout;
        this.jitter = jitter;
    }

    /** Returns the interval while the backend is settled up. */
    public Duration interval() {
        return interval;
    }

    /** Returns the interval while a change is pending. */
    public Duration transitionInterval() {
        return transitionInterval != null ? transitionInterval : min(interval, DEFAULT_TRANSITION_INTERVAL);
    }

    /** Returns the interval while the backend is settled down. */
    public Duration downInterval() {
        return downInterval != null ? downInterval : interval;
    }

    /** Returns how long one probe may take in all. */
    public Duration timeout() {
        return timeout != null ? timeout : min(interval, DEFAULT_TIMEOUT);
    }

    /** Returns the share of an interval by which steady probes are spread at random. */
    public double jitter() {
        return jitter;
    }

    /**
     * Returns this if its parts fit together.
     *
     * @throws IllegalArgumentException if the timeout is longer than the interval
     */
    public Cadence checked() {
        if (timeout().compareTo(interval) > 0) {
            throw new IllegalArgumentException("probe timeout must not be longer than the probe interval, was "
                    + timeout() + " with an interval of " + interval);
        }
        return this;
    }

    Cadence withInterval(Duration value) {
        return new Cadence(inRange("probe interval", value), transitionInterval, downInterval, timeout, jitter);
    }

    Cadence withTransitionInterval(Duration value) {
        return new Cadence(interval, inRange("transitionInterval", value), downInterval, timeout, jitter);
    }

    Cadence withDownInterval(Duration value) {
        return new Cadence(interval, transitionInterval, inRange("downInterval", value), timeout, jitter);
    }

    Cadence withTimeout(Duration value) {
        return new Cadence(interval, transitionInterval, downInterval, inRange("probe timeout", value), jitter);
    }

    Cadence withJitter(double value) {
        if (!(value >= 0 && value <= 0.5)) {
            throw new IllegalArgumentException("jitter must be 0 to 0.5, was " + value);
        }
        return new Cadence(interval, transitionInterval, downInterval, timeout, value);
    }

    private static Duration inRange(String name, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be between " + SHORTEST + " and " + LONGEST + ", was " + value);
        }
        return value;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
