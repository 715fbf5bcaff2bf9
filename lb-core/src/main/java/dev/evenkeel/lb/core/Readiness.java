package dev.evenkeel.lb.core;

import dev.evenkeel.lb.core.pool.Roster;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Scheduler.Cancellable;
import dev.evenkeel.lb.core.time.Ticker;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Where threads wait until a balancer has a backend. Whatever changes is followed by a {@link #signal}. */
final class Readiness {
    /** Beyond a year a timeout is a mistake of units, and nanoseconds stay far from overflow. */
    static final Duration LONGEST = Duration.ofDays(366);

    private final String balancer;
    private final Ticker ticker;
    private final Scheduler timer;
    private final Object monitor = new Object();

    /** How many threads wait. Written under the monitor; raised before a thread looks, and read after a change is made. */
    private volatile int waiting;

    Readiness(String balancer, Ticker ticker, Scheduler timer) {
        this.balancer = balancer;
        this.ticker = ticker;
        this.timer = timer;
    }

    /** Lets those who wait look again. Called outside the roster's lock. */
    void signal() {
        if (waiting > 0) {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }
    }

    /** As {@link dev.evenkeel.lb.api.LoadBalancer#awaitReady}. */
    boolean await(Roster roster, boolean probed, Duration timeout) throws InterruptedException {
        if (timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    balancer + ": the timeout of awaitReady must be 0 to " + LONGEST + ", was " + timeout);
        }
        if (isReady(roster, probed)) {
            return true;
        }
        return !timeout.isZero() && await(() -> isReady(roster, probed), timeout.toNanos());
    }

    private boolean await(BooleanSupplier ready, long timeoutNanos) throws InterruptedException {
        long start = ticker.nanos();
        Cancellable deadline = timer.schedule(this::signal, timeoutNanos);
        try {
            synchronized (monitor) {
                waiting++;
                try {
                    boolean is = ready.getAsBoolean();
                    while (!is && ticker.nanos() - start < timeoutNanos) {
                        monitor.wait();
                        is = ready.getAsBoolean();
                    }
                    return is;
                } finally {
                    waiting--;
                }
            }
        } finally {
            deadline.cancel();
        }
    }

    private boolean isReady(Roster roster, boolean probed) {
        if (roster.isClosed()) {
            throw new IllegalStateException(balancer + " is closed");
        }
        return roster.hasReady(probed);
    }
}
