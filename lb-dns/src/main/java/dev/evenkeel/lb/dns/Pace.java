package dev.evenkeel.lb.dns;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * When to ask again.
 *
 * @param draw returns 0 to 1, exclusively
 */
record Pace(Duration timeout, Duration least, Duration most, DoubleSupplier draw) {
    static final Pace DEFAULT = new Pace(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            () -> ThreadLocalRandom.current().nextDouble());

    private static final double JITTER = 0.1;
    private static final Duration MOST_AFTER_FAILURE = Duration.ofSeconds(30);
    private static final int DOUBLINGS = 5;

    Pace {
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("the timeout must be 100 ms to 1 min, was " + timeout);
        }
        boolean ordered = least.compareTo(most) <= 0;
        if (!ordered || least.compareTo(Duration.ofSeconds(1)) < 0 || most.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "a refresh must be bounded by 1 s <= least <= most <= 1 day, was " + least + " and " + most);
        }
    }

    Pace withTimeout(Duration newTimeout) {
        return new Pace(newTimeout, least, most, draw);
    }

    Pace withBounds(Duration newLeast, Duration newMost) {
        return new Pace(timeout, newLeast, newMost, draw);
    }

    Pace withDraw(DoubleSupplier newDraw) {
        return new Pace(timeout, least, most, newDraw);
    }

    /** Returns the pause after an answer that holds for so many seconds. */
    Duration after(long ttlSeconds) {
        return jittered(within(ttlSeconds));
    }

    /**
     * Returns the pause after questions without an answer.
     *
     * @param failures how many rounds in a row had one, at least 1
     */
    Duration afterFailures(int failures) {
        long seconds = 1L << Math.min(failures - 1, DOUBLINGS);
        return jittered(within(Math.min(seconds, MOST_AFTER_FAILURE.toSeconds())));
    }

    private Duration within(long seconds) {
        Duration pause = Duration.ofSeconds(Math.max(0, Math.min(seconds, most.toSeconds())));
        return pause.compareTo(least) < 0 ? least : pause;
    }

    private Duration jittered(Duration pause) {
        return pause.plusNanos((long) (pause.toNanos() * JITTER * draw.getAsDouble()));
    }
}
