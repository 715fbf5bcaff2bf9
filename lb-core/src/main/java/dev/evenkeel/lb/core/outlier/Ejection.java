package dev.evenkeel.lb.core.outlier;

import java.time.Duration;
import java.util.Objects;

/**
 * For how long an outlier is ejected, how many may be at a time, and how one comes back. Immutable.
 *
 * <p>An ejection takes {@code base} times the number of ejections that came one after another, at most {@code max}, and up
 * to the share {@code jitter} more or less than that, so that backends ejected together do not come back together. The
 * number goes down by one with every {@code base} that passes after the scheduled end, with traffic or without.
 *
 * @param base how long the first one takes, above 0
 * @param max how long one takes at most, but for the jitter; at least {@code base}
 * @param jitter the share by which it is shortened or prolonged at most, 0 to below 1
 * @param maxEjected the share of a tier's members that may be ejected at a time, 0 to 1; one always may, if it is not the
 *     last eligible one
 * @param trialTimeout how long the one trial of a backend that comes back may take to begin its answer, above 0
 */
public record Ejection(Duration base, Duration max, double jitter, double maxEjected, Duration trialTimeout) {
    /** From 10 s to 300 s, 10 % more or less; half of a tier at most; 10 s for the trial. */
    public static final Ejection DEFAULT =
            new Ejection(Duration.ofSeconds(10), Duration.ofSeconds(300), 0.1, 0.5, Duration.ofSeconds(10));

    /** So that the share as it was written in decimals is not missed by what a double cannot hold of it. */
    private static final double ROUNDING = 1e-9;

    /** Checks the values, and that they agree. */
    public Ejection {
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(max, "max");
        Objects.requireNonNull(trialTimeout, "trialTimeout");
        Rules.requireTime("the base of an ejection", base);
        Rules.requireTime("the longest ejection", max);
        if (max.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "the longest ejection must be at least the base, was " + max + " with a base of " + base);
        }
        if (!(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException("the jitter of an ejection must be 0 to below 1, was " + jitter);
        }
        if (!(maxEjected >= 0 && maxEjected <= 1)) {
            throw new IllegalArgumentException("the share that may be ejected must be 0 to 1, was " + maxEjected);
        }
        Rules.requireTime("the timeout of a trial", trialTimeout);
    }

    /** Returns how many of so many non-draining members may be ejected at a time: at least 1, and else the share rounded down. */
    public int cap(int members) {
        return Math.max(1, (int) (members * maxEjected + ROUNDING));
    }

    /** Sets how long an ejection takes: at first, and at most; default 10 s and 300 s. */
    public Ejection withTimes(Duration newBase, Duration newMax) {
        return new Ejection(newBase, newMax, jitter, maxEjected, trialTimeout);
    }

    /** Sets the jitter, 0 to below 1; default 0.1. */
    public Ejection withJitter(double share) {
        return new Ejection(base, max, share, maxEjected, trialTimeout);
    }

    /** Sets the share that may be ejected at a time, 0 to 1; default 0.5. */
    public Ejection withMaxEjected(double share) {
        return new Ejection(base, max, jitter, share, trialTimeout);
    }

    /** Sets how long a trial may take to begin its answer, above 0; default 10 s. */
    public Ejection withTrialTimeout(Duration timeout) {
        return new Ejection(base, max, jitter, maxEjected, timeout);
    }
}
