package dev.evenkeel.lb.core.load;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * How many attempts have not been answered, and for how long on average. Safe for many threads; wait-free, one word.
 *
 * <p>The ages of n attempts together are n × now less the sum of the times they began at, so a count and a sum are all
 * there is to keep, in arithmetic modulo 2^44. Both are in one word that changes by one addition, because no order of
 * writing or reading two words is safe: whoever reads a count without the time that belongs to it would be off by the age
 * of the clock and not by that of an attempt. The sum is in the upper bits, where what it carries over is lost, and the
 * count in the lower ones.
 *
 * <p>Times are in units of 65.5 µs, rounded up for the beginning and down for now, so that nothing ever looks older than
 * it is. Right for up to 1,048,575 attempts whose ages together are below 18 years.
 */
public final class Outstanding {
    private static final AtomicLongFieldUpdater<Outstanding> WORD =
            AtomicLongFieldUpdater.newUpdater(Outstanding.class, "word");

    private static final int COUNT_BITS = 20;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final int UNIT_BITS = 16;
    private static final long UNIT_NANOS = 1L << UNIT_BITS;

    private final long origin;

    /** The sum of the beginnings since the origin, modulo 2^44, above the count. */
    private volatile long word;

    /**
     * Nothing outstanding.
     *
     * @param origin the present time, by the clock that all times are read from
     */
    public Outstanding(long origin) {
        this.origin = origin;
    }

    /** Adds an attempt that begins now. */
    public void add(long begun) {
        WORD.getAndAdd(this, entry(begun));
    }

    /**
     * Takes an attempt out again, once.
     *
     * @param begun when it began, as it was added
     */
    public void remove(long begun) {
        WORD.getAndAdd(this, -entry(begun));
    }

    private long entry(long begun) {
        long roundedUp = (begun - origin + UNIT_NANOS - 1) >> UNIT_BITS;
        return (roundedUp << COUNT_BITS) + 1;
    }

    /** Returns how many attempts there are. */
    public int count() {
        return (int) (word & COUNT_MASK);
    }

    /** Returns how old the attempts are on average, in nanoseconds, never more than they are; 0 if there is none. */
    public double averageAge(long now) {
        long both = word;
        long count = both & COUNT_MASK;
        if (count == 0) {
            return 0;
        }
        long ages = count * ((now - origin) >> UNIT_BITS) - (both >>> COUNT_BITS);
        long modulo = (ages << COUNT_BITS) >> COUNT_BITS;
        // Below 0 by rounding, or where another thread's attempt began after this thread had read the clock.
        return Math.max(0, modulo) * (double) UNIT_NANOS / count;
    }
}
