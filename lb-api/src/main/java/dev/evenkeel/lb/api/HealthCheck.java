package dev.evenkeel.lb.api;

import java.time.Duration;
import java.util.Objects;

/**
 * When to probe, and how many probes make a verdict. Immutable: each setter returns a changed copy.
 *
 * <p>The vocabulary is HAProxy's: a backend goes down after {@code fall} failed probes in a row and comes up after
 * {@code rise} passed ones, and there are three intervals, while it is up, while a change is pending, and while it is
 * down. See <a href="https://docs.haproxy.org/2.8/configuration.html#5.2-inter">{@code inter}, {@code fastinter} and
 * {@code downinter}</a>.
 *
 * @param checker how to ask
 * @param cadence when to ask
 * @param thresholds how many answers make a change
 * @param maxConcurrentProbes how many probes of one balancer run at the same time; the others wait, oldest first
 */
public record HealthCheck(HealthChecker checker, Cadence cadence, Thresholds thresholds, int maxConcurrentProbes) {
    /** The default of {@link #maxConcurrentProbes}. */
    public static final int DEFAULT_MAX_CONCURRENT_PROBES = 64;

    /** Whether a backend that no probe has judged yet gets traffic. */
    public enum Start {
        /** It does, and the first failed probe takes it out. */
        OPTIMISTIC,
        /** It does not. A first probe that passes brings it in; after one that fails it takes {@code rise} passes. */
        PESSIMISTIC
    }

    /** Checks the number of probes. */
    public HealthCheck {
        Objects.requireNonNull(checker, "checker");
        if (maxConcurrentProbes < 1) {
            throw new IllegalArgumentException("maxConcurrentProbes must be at least 1, was " + maxConcurrentProbes);
        }
    }

    /** Returns a health check with the defaults: every 10 s, timeout 3 s, rise 2, fall 3, optimistic. */
    public static HealthCheck of(HealthChecker checker) {
        return new HealthCheck(checker, Cadence.DEFAULT, Thresholds.DEFAULT, DEFAULT_MAX_CONCURRENT_PROBES);
    }

    /** Sets the interval while the backend is settled up; default 10 s. Also the default of the other two. */
    public HealthCheck every(Duration interval) {
        return with(cadence.withInterval(interval));
    }

    /** Sets the interval while a change is pending; default 2 s, or {@link #every} if that is shorter. */
    public HealthCheck transitionInterval(Duration interval) {
        return with(cadence.withTransitionInterval(interval));
    }

    /** Sets the interval while the backend is settled down; default as {@link #every}. */
    public HealthCheck downInterval(Duration interval) {
        return with(cadence.withDownInterval(interval));
    }

    /**
     * Sets the time one probe may take in all, from name resolution to the last byte; default 3 s, or {@link #every} if
     * that is shorter. A balancer refuses to be built with a timeout longer than the interval.
     */
    public HealthCheck timeout(Duration timeout) {
        return with(cadence.withTimeout(timeout));
    }

    /** Sets the share of an interval by which probes are spread at random, 0 to 0.5; default 0.1. */
    public HealthCheck jitter(double share) {
        return with(cadence.withJitter(share));
    }

    /** Sets how many probes in a row must pass to bring a backend up; at least 1, default 2. */
    public HealthCheck rise(int passes) {
        return with(new Thresholds(passes, thresholds.fall(), thresholds.start()));
    }

    /** Sets how many probes in a row must fail to take a backend down; at least 1, default 3. */
    public HealthCheck fall(int failures) {
        return with(new Thresholds(thresholds.rise(), failures, thresholds.start()));
    }

    /** Sets what a backend may do before its first probe; default optimistic. */
    public HealthCheck start(Start start) {
        return with(new Thresholds(thresholds.rise(), thresholds.fall(), start));
    }

    /** Sets how many probes of one balancer run at the same time; at least 1, default 64. */
    public HealthCheck maxConcurrentProbes(int probes) {
        return new HealthCheck(checker, cadence, thresholds, probes);
    }

    private HealthCheck with(Cadence changed) {
        return new HealthCheck(checker, changed, thresholds, maxConcurrentProbes);
    }

    private HealthCheck with(Thresholds changed) {
        return new HealthCheck(checker, cadence, changed, maxConcurrentProbes);
    }
}
