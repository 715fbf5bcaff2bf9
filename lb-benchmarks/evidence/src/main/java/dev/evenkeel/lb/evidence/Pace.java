package dev.evenkeel.lb.evidence;

import java.time.Duration;

/** How long a fork runs: iterations that warm up and iterations that count, all of the same length. */
record Pace(int warmups, int measured, int millis) {
    /** Starting a JVM, setting up and ending it; measured on 2 cores. */
    private static final Duration START = Duration.ofMillis(650);

    Duration perFork() {
        return START.plusMillis((long) (warmups + measured) * millis);
    }
}
