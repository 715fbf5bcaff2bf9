package dev.evenkeel.lb.core.load;

import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Outcome;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts on one backend failed, were rejected or did not reach it within the last second. Safe for many
 * threads; lock-free, allocates nothing after its construction.
 *
 * <p>An attempt is judged when it has ended and not when its answer begins: until then it counts as in flight, and
 * afterwards, if it was a fault, here, so that it is never counted twice and never missing in between.
 *
 * <p>Time is cut into slots of 250 ms, and the present slot counts with the four before it, so a fault counts for 1 to
 * 1.25 s. Up to 16,777,215 faults are counted in a slot, more are left out.
 */
public final class RecentFaults implements Feedback {
    private static final long SLOT_NANOS = 250_000_000;
    private static final int COUNTED_SLOTS = 5;

    /** A power of two above {@link #COUNTED_SLOTS}, so that a slot is taken over only when its faults are long past. */
    private static final int SLOTS = 8;

    private static final int COUNT_BITS = 24;
    private static final long MAX_COUNT = (1L << COUNT_BITS) - 1;

    private static final long RECENT = 1;
    private static final AtomicLongFieldUpdater<RecentFaults> NEWS =
            AtomicLongFieldUpdater.newUpdater(RecentFaults.class, "news");

    private final LongSupplier clock;
    private final @Nullable RecentFaults ofAll;
    private final long origin;

    /** Each slot: its number since the origin in the upper 40 bits, enough for 4,000 years, and its faults in the lower 24. */
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

    /**
     * The lowest bit tells whether there may be recent faults, the others number them. A fault is in its slot before it
     * changes this, and who finds none takes the bit down only if no fault was numbered meanwhile.
     */
    private volatile long news;

    /**
     * A backend of which no fault is known.
     *
     * @param clock a monotonic clock in nanoseconds, which may start anywhere and pass the largest long
     */
    public RecentFaults(LongSupplier clock) {
        this(clock, null);
    }

    /**
     * As {@link #RecentFaults(LongSupplier)}.
     *
     * @param ofAll counts the faults of all backends of a policy, so that one look tells that none need be asked
     */
    public RecentFaults(LongSupplier clock, @Nullable RecentFaults ofAll) {
        this.clock = clock;
        this.ofAll = ofAll;
        this.origin = clock.getAsLong();
    }

    /** Returns the faults of the last second. While there are none it reads no clock: one volatile read is the cost. */
    public long count() {
        long known = news;
        return (known & RECENT) == 0 ? 0 : recent(known);
    }

    /** Tells whether {@link #count} may be above 0: one volatile read, and never no while it is. */
    public boolean maybeAny() {
        return (news & RECENT) != 0;
    }

    private long recent(long known) {
        long now = slotNow();
        long sum = 0;
        for (int i = 0; i < SLOTS; i++) {
            long slot = slots.get(i);
            // A slot may be ahead of the clock as this thread has read it; it is recent all the more.
            if (now - (slot >> COUNT_BITS) < COUNTED_SLOTS) {
                sum += slot & MAX_COUNT;
            }
        }
        if (sum == 0) {
            NEWS.compareAndSet(this, known, known & ~RECENT);
            if (ofAll != null && ofAll.maybeAny()) {
                ofAll.count(); // whoever was last to have any takes the bit of all down
            }
        }
        return sum;
    }

    @Override
    public long begun() {
        return 0;
    }

    @Override
    public void answered(long mark, Outcome.Kind soFar) {}

    @Override
    public void ended(long mark, Outcome.Kind outcome, boolean answered) {
        switch (outcome) {
            case FAILURE, UNREACHABLE, REJECTED -> add();
            case SUCCESS, IGNORED -> {}
        }
    }

    /** Counts a fault now. */
    void add() {
        add(slotNow());
        if (ofAll != null) {
            ofAll.add();
        }
    }

    private void add(long now) {
        int index = ((int) now) & (SLOTS - 1);
        while (true) { // a turn fails only if another thread has counted meanwhile
            long slot = slots.get(index);
            long age = now - (slot >> COUNT_BITS);
            if (age < 0 || (age == 0 && (slot & MAX_COUNT) == MAX_COUNT)) {
                return; // this thread slept for so long that its fault is past, or the slot is full
            }
            if (slots.compareAndSet(index, slot, age == 0 ? slot + 1 : (now << COUNT_BITS) | 1)) {
                NEWS.getAndUpdate(this, known -> (known + 2) | RECENT);
                return;
            }
        }
    }

    private long slotNow() {
        return Math.floorDiv(clock.getAsLong() - origin, SLOT_NANOS);
    }

    @Override
    public String toString() {
        return count() + " faults in the last second";
    }
}
