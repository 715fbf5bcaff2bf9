package dev.evenkeel.lb.evidence;

import java.time.Duration;

/** When a run must have ended. */
final class Deadline {
    private final long start = System.nanoTime();
    private final Duration available;

    private Deadline(Duration available) {
        this.available = available;
    }

    static Deadline in(Duration available) {
        return new Deadline(available);
    }

    Duration left() {
        return available.minusNanos(System.nanoTime() - start);
    }
}
