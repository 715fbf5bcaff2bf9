package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.core.outlier.Ejection;

/**
 * The ejections of one backend, as far as they matter for the next one. Immutable; time and chance are parameters.
 *
 * @param count how many ejections came one after another when the last one began, at most as many as still prolong it; 0
 *     for none yet
 * @param until when the last one was scheduled to end, by a monotonic clock in nanoseconds
 */
record EjectionHistory(long count, long until) {
    /** Never ejected. */
    static final EjectionHistory NONE = new EjectionHistory(0, 0);

    /** How many bits of a long a double between 0 and 1 can hold. */
    private static final int DOUBLE_BITS = 53;

    /**
     * Returns the history with one more ejection, which begins now and is scheduled to end at {@link #until}.
     *
     * @param random any long, each as likely as the next one
     */
    EjectionHistory ejected(Ejection rules, long now, long random) {
        long base = rules.base().toNanos();
        long max = rules.max().toNanos();
        // More would prolong nothing, and would take its time to be forgotten.
        long enough = (max + base - 1) / base;
        long next = Math.min(enough, count(rules, now) + 1);
        double chance = (random >>> (Long.SIZE - DOUBLE_BITS)) * 0x1p-53;
        long time = Math.min(max, next * base);
        long jitter = (long) (time * rules.jitter() * (2 * chance - 1));
        return new EjectionHistory(next, now + time + jitter);
    }

    /**
     * Returns how many ejections count now: one less for every base that has passed since the last one was scheduled to end,
     * whether the backend came back then or earlier or later.
     */
    long count(Ejection rules, long now) {
        return Math.max(0, count - Math.max(0, now - until) / rules.base().toNanos());
    }
}
