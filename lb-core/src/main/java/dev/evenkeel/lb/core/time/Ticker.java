package dev.evenkeel.lb.core.time;

import java.time.Instant;

/** The clock a balancer lives by. Safe for many threads. */
public interface Ticker {
    /** Returns nanoseconds from an arbitrary origin; never goes back. Compare by subtraction only. */
    long nanos();

    /** Returns the wall clock, for people to read; nothing is decided by it. */
    Instant wallTime();

    /** Returns the clock of this machine. */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}
