package dev.evenkeel.lb.core.outlier;

import java.time.Duration;

/** What the values of this package have in common: ranges, and messages that carry the value. */
final class Rules {
    private static final Duration CENTURY = Duration.ofDays(36_525);

    private Rules() {}

    static void requireCalls(int minCalls) {
        if (minCalls < 1) {
            throw new IllegalArgumentException("the least number of calls must be at least 1, was " + minCalls);
        }
    }

    static void requireAboveZero(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
        }
    }

    static void requireTime(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(CENTURY) > 0) {
            throw new IllegalArgumentException(name + " must be above 0 and at most 100 years, was " + value);
        }
    }
}
