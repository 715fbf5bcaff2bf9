package dev.evenkeel.lb.core.outlier;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who finds outliers, and how far back they look. Immutable. Each detector judges on its own; null is one that is off.
 *
 * @param window how far back the rates look, 1 s to 1 day; an outcome counts for this long and at most a tenth longer
 * @param consecutiveFailures counts failures in a row, for which the window is of no matter
 * @param failureRate holds the rate of failures against a limit
 * @param successRate holds the rate of successes against that of the others
 */
public record Detectors(
        Duration window,
        @Nullable ConsecutiveFailures consecutiveFailures,
        @Nullable FailureRate failureRate,
        @Nullable SuccessRateDeviation successRate) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** All three over 10 s. */
    public static final Detectors DEFAULT = new Detectors(
            Duration.ofSeconds(10), ConsecutiveFailures.DEFAULT, FailureRate.DEFAULT, SuccessRateDeviation.DEFAULT);

    /** Checks the window, and that somebody is left to find outliers. */
    public Detectors {
        Objects.requireNonNull(window, "window");
        if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the window of outlier detection must be 1 s to 1 day, was " + window);
        }
        if (consecutiveFailures == null && failureRate == null && successRate == null) {
            throw new IllegalArgumentException("at least one detector must be on, was none of consecutive failures, "
                    + "failure rate and success rate; leave outlier detection out instead");
        }
    }

    /** Sets the window, 1 s to 1 day; default 10 s. */
    public Detectors withWindow(Duration newWindow) {
        return new Detectors(newWindow, consecutiveFailures, failureRate, successRate);
    }

    /** Sets the detector of failures in a row, or null to switch it off. */
    public Detectors withConsecutiveFailures(@Nullable ConsecutiveFailures detector) {
        return new Detectors(window, detector, failureRate, successRate);
    }

    /** Sets the detector of failure rates, or null to switch it off. */
    public Detectors withFailureRate(@Nullable FailureRate detector) {
        return new Detectors(window, consecutiveFailures, detector, successRate);
    }

    /** Sets the detector of deviating success rates, or null to switch it off. */
    public Detectors withSuccessRate(@Nullable SuccessRateDeviation detector) {
        return new Detectors(window, consecutiveFailures, failureRate, detector);
    }
}
