package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How the attempts on one backend ended lately: successes and failures within a sliding window, and, apart from those, how
 * many failures came in a row. Safe for many threads; lock-free, allocates nothing when it records.
 *
 * <p>A success is a success, a failure and an attempt that did not reach the backend are failures, and neither a rejection
 * nor an attempt without a verdict is anything to any detector.
 *
 * <p>Time is cut into tenths of the window, and the present one counts with the ten before it, so an outcome counts for the
 * window and at most a tenth longer. {@value #WINDOWS} windows are kept, for who wants to look further back. Times come from a
 * monotonic clock that may start anywhere and pass the largest long. A thread that slept between reading the clock and
 * recording is counted in the tenth it belongs to, or nowhere if that is past.
 *
 * <p>A tally holds all that was recorded before it was begun, and may hold what is recorded meanwhile. Up to a billion
 * outcomes of a kind are counted in a tenth, more are left out; good for 27 years and longer, with windows above a second.
 */
final class OutcomeMemory {
    private static final AtomicLongFieldUpdater<OutcomeMemory> IN_A_ROW =
            AtomicLongFieldUpdater.newUpdater(OutcomeMemory.class, "inARow");

    /** How many windows are remembered. */
    static final int WINDOWS = 6;

    /** How many tenths a window has. */
    static final int TENTHS = 10;

    /** A power of two above all the tenths, so that a slot is taken over only when its outcomes are long past. */
    private static final int SLOTS = 64;

    /** Where the slots of failures begin. */
    private static final int FAILURES = SLOTS;

    private static final int COUNT_BITS = 30;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    /** Threads that have seen a count below this add one without looking again, and so many threads are not running. */
    static final long MAX_COUNT = COUNT_MASK - (1 << 16);

    private final long tenthNanos;
    private final long origin;

    /**
     * Successes in the first slots, failures in the others. Each: the number of its tenth since the origin in the upper 34
     * bits, and its outcomes in the lower 30. A number never goes down.
     */
    private final AtomicLongArray slots;

    private volatile long inARow;

    /** The tenth in which this memory began, or forgot. */
    private volatile long beginning;

    /**
     * Remembers nothing yet.
     *
     * @param window at least 1 s
     * @param origin the present time, by the clock that all times are read from
     */
    OutcomeMemory(Duration window, long origin) {
        this(window, origin, 0);
    }

    /** Remembers so many successes, and so many failures, of the present. */
    OutcomeMemory(Duration window, long origin, long ofEach) {
        this.slots = new AtomicLongArray(2 * SLOTS);
        slots.set(0, ofEach);
        slots.set(FAILURES, ofEach);
        this.tenthNanos = window.toNanos() / TENTHS;
        this.origin = origin;
    }

    /** Takes in how an attempt ended, and returns how many failures in a row that makes. */
    long record(Outcome.Kind outcome, long now) {
        return switch (outcome) {
            case SUCCESS -> {
                count(0, tenth(now));
                // Mostly nothing has failed, and then no thread takes the line from another one.
                if (inARow != 0) {
                    inARow = 0;
                }
                yield 0;
            }
            case FAILURE, UNREACHABLE -> {
                count(FAILURES, tenth(now));
                yield IN_A_ROW.incrementAndGet(this);
            }
            case REJECTED, IGNORED -> inARow;
        };
    }

    /** Forgets what was recorded before, as when the backend comes back; what is recorded meanwhile may be kept. */
    void forget(long now) {
        beginning = tenth(now);
        inARow = 0;
        for (int i = 0; i < 2 * SLOTS; i++) {
            slots.getAndUpdate(i, slot -> slot & ~COUNT_MASK);
        }
    }

    /** Returns what is remembered of the window. */
    Tally tally(long now) {
        return tally(now, TENTHS);
    }

    /** Returns what is remembered of so many tenths and the present one, at most of all the windows. */
    Tally tally(long now, int tenths) {
        long first = tenth(now) - Math.min(tenths, TENTHS * WINDOWS);
        return new Tally(sum(0, first), sum(FAILURES, first), inARow);
    }

    /** Returns how many tenths before the present one are remembered, at most those of all the windows. */
    int tenths(long now) {
        return (int) Math.max(0, Math.min(TENTHS * WINDOWS, tenth(now) - beginning));
    }

    private void count(int first, long tenth) {
        int index = first + ((int) tenth & (SLOTS - 1));
        while (true) { // a turn fails only if another thread has counted meanwhile
            long slot = slots.get(index);
            long age = tenth - (slot >> COUNT_BITS);
            if (age == 0) {
                if ((slot & COUNT_MASK) < MAX_COUNT) {
                    // If the slot was taken over meanwhile, this outcome counts as one of the later tenth.
                    slots.getAndIncrement(index);
                }
                return;
            }
            if (age < 0 || slots.compareAndSet(index, slot, (tenth << COUNT_BITS) | 1)) {
                return;
            }
        }
    }

    private long sum(int firstSlot, long firstTenth) {
        long sum = 0;
        for (int i = firstSlot; i < firstSlot + SLOTS; i++) {
            long slot = slots.get(i);
            // A slot may be ahead of the clock as this thread has read it; it is recent all the more.
            if (slot >> COUNT_BITS >= firstTenth) {
                sum += slot & COUNT_MASK;
            }
        }
        return sum;
    }

    private long tenth(long now) {
        return Math.max(0, now - origin) / tenthNanos;
    }

    @Override
    public String toString() {
        return inARow + " failures in a row";
    }
}
