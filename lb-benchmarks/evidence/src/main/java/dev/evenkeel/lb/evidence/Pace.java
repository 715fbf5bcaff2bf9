package dev.evenkeel.lb.evidence;

import java.time.Duration;

/** How long a fork runs: iterations that warm up and iterations that count, all of the same length. */
record Pace(int warmups, int measured, int millis) {
    /** Starting a JVM, setting up and ending it; measured where it was slow. */
    private static final Duration START = Duration.ofMillis(900);

    Duration perFork() {
        return START.plusMillis((long) (warmups + measured) * millis);
    }
}
