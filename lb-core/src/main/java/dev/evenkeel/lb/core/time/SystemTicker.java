package dev.evenkeel.lb.core.time;

import java.time.Instant;

/** {@link System#nanoTime()} and the system's wall clock. */
enum SystemTicker implements Ticker {
    INSTANCE;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant wallTime() {
        return Instant.now();
    }
}
