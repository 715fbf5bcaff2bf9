package dev.evenkeel.lb.core.load;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The largest of some durations, each of which halves with every half-life that has passed since it was measured. Safe
 * for many threads; lock-free, one word.
 *
 * <p>This is the peak-sensitive average of <a
 * href="https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/PeakEwma.scala">Finagle's
 * PeakEwma</a>: a sample above it is taken at once, and because reading it there counts as a sample of zero, it falls
 * with time alone and a sample below it changes nothing.
 *
 * <p>The word holds log2(duration) + time / half-life, in units of 2^-20. As every duration falls by one a half-life, the
 * larger word is the larger duration now and at any time, so the peak is the maximum of words, samples may come in any
 * order, and none is lost. The logarithm is the upper half of a double's bits, exponent and first 20 digits, which is a
 * straight line between powers of two: a sample is read back to one in a million, after whole half-lives too, and in
 * between it is at most 6.2 % off the curve.
 */
public final class DecayingPeak {
    private static final AtomicLongFieldUpdater<DecayingPeak> TOP =
            AtomicLongFieldUpdater.newUpdater(DecayingPeak.class, "top");

    private static final double UNITS_PER_HALF_LIFE = 1 << 20;

    /** Shorter samples count as this, so that any is remembered for about ten half-lives. */
    private static final long SHORTEST_NANOS = 1_000;

    private static final long NOTHING = logarithm(1);

    /** Below any sample at any time: with a half-life of 1 ms a word grows by 2^62 in 139 years. */
    private static final long UNTOLD = Long.MIN_VALUE / 2;

    private final long origin;
    private final double unitsPerNano;

    /** Only rises. */
    private volatile long top = UNTOLD;

    /**
     * A peak of nothing yet.
     *
     * @param halfLifeNanos at least 1 ms
     * @param origin the present time, by the clock that all times are read from
     */
    public DecayingPeak(long halfLifeNanos, long origin) {
        this.unitsPerNano = UNITS_PER_HALF_LIFE / halfLifeNanos;
        this.origin = origin;
    }

    /** Adds a duration measured now. */
    public void sample(long now, long nanos) {
        long word = logarithm(Math.max(SHORTEST_NANOS, nanos)) + units(now);
        long seen = top;
        // A turn fails only if another thread has raised the peak meanwhile.
        while (word > seen && !TOP.compareAndSet(this, seen, word)) {
            seen = top;
        }
    }

    /** Returns the peak in nanoseconds; 0 if there was no sample, or so long ago that less than 1 ns is left of it. */
    public double at(long now) {
        long logarithm = top - units(now);
        return logarithm < NOTHING ? 0 : Double.longBitsToDouble(logarithm << Integer.SIZE);
    }

    private long units(long now) {
        return (long) ((now - origin) * unitsPerNano);
    }

    private static long logarithm(long nanos) {
        return Double.doubleToRawLongBits((double) nanos) >>> Integer.SIZE;
    }
}
