package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.Thresholds;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Up or down by how many probes in a row say so: HAProxy's state machine. One integer {@code h} from 0 to {@code rise +
 * fall - 1}, up from {@code rise} on. A probe that breaks a run sends {@code h} back to the end it came from, so both
 * directions need their probes truly in a row. Safe for many threads; takes no lock.
 */
final class HealthState {
    /** How far the verdicts are from a change, which decides when to ask again. */
    enum Phase {
        /** Up, and the last probe passed. */
        UP,
        /** Down, and the last probe failed. */
        DOWN,
        /** On the way from one to the other, or never passed yet. */
        PENDING
    }

    private final int rise;
    private final int max;
    private final AtomicInteger h;

    /** Whether any probe has ever passed. Only ever goes from false to true. */
    private volatile boolean passed;

    private HealthState(Thresholds thresholds, int h, boolean passed) {
        this.rise = thresholds.rise();
        this.max = max(thresholds);
        this.h = new AtomicInteger(h);
        this.passed = passed;
    }

    private static int max(Thresholds thresholds) {
        return thresholds.rise() + thresholds.fall() - 1;
    }

    /** Returns the state of a backend that no probe has judged: one probe decides, whichever way it goes. */
    static HealthState unchecked(Thresholds thresholds) {
        boolean up = thresholds.start() == Start.OPTIMISTIC;
        return new HealthState(thresholds, up ? thresholds.rise() : thresholds.rise() - 1, false);
    }

    /** Returns the state of a backend that is up, after so many failures in a row. */
    static HealthState up(Thresholds thresholds, int failures) {
        int h = Math.max(thresholds.rise(), max(thresholds) - failures);
        return new HealthState(thresholds, h, true);
    }

    /** Returns the state of a backend that is down. Asked about often until it passes, for it has just come back. */
    static HealthState down(Thresholds thresholds) {
        return new HealthState(thresholds, 0, false);
    }

    /** Takes in a passed probe and returns whether it brought the backend up. */
    boolean pass() {
        passed = true;
        int before = h.getAndUpdate(this::passed);
        return before < rise && passed(before) >= rise;
    }

    private int passed(int from) {
        int next = Math.min(max, from + 1);
        return next >= rise ? max : next;
    }

    /** Takes in a failed probe and returns whether it took the backend down. */
    boolean fail() {
        int before = h.getAndUpdate(this::failed);
        return before >= rise && failed(before) < rise;
    }

    private int failed(int from) {
        int next = Math.max(0, from - 1);
        return next < rise ? 0 : next;
    }

    boolean isUp() {
        return h.get() >= rise;
    }

    Phase phase() {
        int now = h.get();
        if (!passed || (now != 0 && now != max)) {
            return Phase.PENDING;
        }
        return now == 0 ? Phase.DOWN : Phase.UP;
    }
}
