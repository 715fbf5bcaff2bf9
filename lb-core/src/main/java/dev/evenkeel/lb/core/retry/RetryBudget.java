package dev.evenkeel.lb.core.retry;

import java.time.Duration;
import java.util.Objects;

/**
 * How many extra attempts may be made, as a share of the calls, so that retries cannot turn an overload into an outage.
 * Immutable; {@link #bucket} makes what keeps count.
 *
 * <p>Each call pays in, each extra attempt takes out, and what is not taken within the time to live is lost. So in the long
 * run the load is at most {@code (1 + percent / 100) * calls + floor}, also when every call fails. This is the budget of
 * Finagle (<a
 * href="https://github.com/twitter/finagle/blob/develop/finagle-core/src/main/scala/com/twitter/finagle/service/RetryBudget.scala">RetryBudget</a>,
 * with its defaults for the share and the time to live; <a
 * href="https://finagle.github.io/blog/2016/02/08/retry-budgets/">why a budget and not a count per call</a>).
 *
 * @param percent extra attempts per hundred calls, 0 to 1,000
 * @param floorPerSecond extra attempts per second that are allowed without any traffic, 0 to 10,000. They are given as one
 *     reserve for the time to live: 3 a second over 10 s are 30 at once, and then none for up to 10 s
 * @param ttl how long what a call has paid in can be taken out, 1 s to 60 s; in steps of a tenth
 */
public record RetryBudget(int percent, int floorPerSecond, Duration ttl) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** 20 % of the calls of the last 10 s, and 3 a second. */
    public static final RetryBudget DEFAULT = new RetryBudget(20, 3, Duration.ofSeconds(10));

    private static final int MOST_PERCENT = 1_000;
    private static final int MOST_PER_SECOND = 10_000;

    /** Checks the values. */
    public RetryBudget {
        if (percent < 0 || percent > MOST_PERCENT) {
            throw new IllegalArgumentException(
                    "a retry budget must be 0 to " + MOST_PERCENT + " percent of the calls, was " + percent);
        }
        if (floorPerSecond < 0 || floorPerSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    "the floor of a retry budget must be 0 to " + MOST_PER_SECOND + " a second, was " + floorPerSecond);
        }
        Objects.requireNonNull(ttl, "ttl");
        if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the time to live of a retry budget must be 1 s to 60 s, was " + ttl);
        }
    }

    /** Sets the share of the calls, 0 to 1,000 percent; default 20. */
    public RetryBudget withPercent(int newPercent) {
        return new RetryBudget(newPercent, floorPerSecond, ttl);
    }

    /** Sets what is allowed without any traffic, 0 to 10,000 a second; default 3. */
    public RetryBudget withFloorPerSecond(int newFloor) {
        return new RetryBudget(percent, newFloor, ttl);
    }

    /** Sets how long what a call has paid in counts, 1 s to 60 s; default 10 s. */
    public RetryBudget withTtl(Duration newTtl) {
        return new RetryBudget(percent, floorPerSecond, newTtl);
    }

    /**
     * Makes a bucket that keeps this budget, with its reserve full; one for all that share the budget.
     *
     * @param nowNanos what the clock says that all later calls go by
     */
    public RetryTokens bucket(long nowNanos) {
        return new RetryTokens(this, nowNanos);
    }
}
