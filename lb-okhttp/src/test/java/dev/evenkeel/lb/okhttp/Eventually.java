package dev.evenkeel.lb.okhttp;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread or a socket is about to do. The deadline is a watchdog, not a measure. */
final class Eventually {
    static final Duration WATCHDOG = Duration.ofSeconds(20);

    private Eventually() {}

    static void holds(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > WATCHDOG.toNanos()) {
                throw new AssertionError("not within " + WATCHDOG + ": " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
