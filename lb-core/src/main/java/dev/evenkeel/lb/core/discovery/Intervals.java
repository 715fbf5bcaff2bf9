package dev.evenkeel.lb.core.discovery;

import java.time.Duration;

/** How often it is sensible to ask: not in a loop, and not never. */
final class Intervals {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(1);

    private Intervals() {}

    static void check(String what, Duration interval) {
        if (interval.compareTo(LEAST) < 0 || interval.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(what + " must be 1 s to 1 day, was " + interval);
        }
    }
}
