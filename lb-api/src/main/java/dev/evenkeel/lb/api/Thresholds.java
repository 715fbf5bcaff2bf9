package dev.evenkeel.lb.api;

import dev.evenkeel.lb.api.HealthCheck.Start;
import java.util.Objects;

/**
 * How many probes in a row change the state of a backend.
 *
 * @param rise passes that bring it up, at least 1
 * @param fall failures that take it down, at least 1
 * @param start what it may do before its first probe
 */
public record Thresholds(int rise, int fall, Start start) {
    /** Rise 2, fall 3, optimistic. */
    public static final Thresholds DEFAULT = new Thresholds(2, 3, Start.OPTIMISTIC);

    private static final int MAX = 1_000;

    /** Checks the ranges. */
    public Thresholds {
        Objects.requireNonNull(start, "start");
        requireInRange("rise", rise);
        requireInRange("fall", fall);
    }

    private static void requireInRange(String name, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(name + " must be 1 to " + MAX + ", was " + value);
        }
    }
}
