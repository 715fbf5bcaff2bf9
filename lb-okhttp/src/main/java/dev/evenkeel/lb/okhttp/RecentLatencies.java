package dev.evenkeel.lb.okhttp;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A quantile of the latest {@value #SIZE} latencies, by nearest rank, made anew with every {@value #STEP}th. With so many
 * values the 95th percentile is between the 92nd and the 98th of what they were drawn from, nearly always. Safe for many
 * threads; takes no lock.
 */
final class RecentLatencies {
    static final int SIZE = 256;
    static final int STEP = 32;

    private final int percentile;
    private final AtomicLongArray latest = new AtomicLongArray(SIZE);
    private final AtomicLong count = new AtomicLong();
    private volatile long quantile;

    /**
     * @param start what is told until {@value #STEP} latencies are known
     */
    RecentLatencies(int percentile, long start) {
        this.percentile = percentile;
        this.quantile = start;
    }

    void add(long nanos) {
        long number = count.getAndIncrement();
        latest.set((int) (number % SIZE), nanos);
        if ((number + 1) % STEP == 0) {
            quantile = quantileOf((int) Math.min(number + 1, SIZE));
        }
    }

    /** Another thread may be about to write one of them; then its older value stands, which is as good. */
    private long quantileOf(int known) {
        long[] sorted = new long[known];
        for (int i = 0; i < known; i++) {
            sorted[i] = latest.get(i);
        }
        Arrays.sort(sorted);
        return sorted[(known * percentile + 99) / 100 - 1];
    }

    long quantile() {
        return quantile;
    }
}
