package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.core.plan.SlowStart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stage that holds back who has just become usable, within one tier at one moment.
 *
 * <p>The time of each step of 10 % is the inverse of the curve of {@link SlowStart}, rounded up to a whole nanosecond, and
 * the percentage is read off these times, so what {@link #nanosToNextStep} promises has come true by then. Nobody is held
 * back while all are new, since there is no one to hold them back in favour of; that ends when the oldest is through.
 */
final class RampStage {
    private static final int STEP = 10;

    /** Everybody at 100 %, for ever. */
    static final RampStage LEVEL = new RampStage(new long[0], 0, 0);

    /** The age at which a share reaches 20, 30 ... 100 %. Rises. */
    private final long[] ages;

    private final long now;

    /** The age of the oldest. */
    private final long oldest;

    private RampStage(long[] ages, long now, long oldest) {
        this.ages = ages;
        this.now = now;
        this.oldest = oldest;
    }

    /**
     * Returns the ramps of a tier.
     *
     * @param usable those that share the traffic of this tier
     */
    static RampStage of(List<Standing> usable, @Nullable SlowStart rule, long now) {
        if (rule == null) {
            return LEVEL;
        }
        long oldest = Long.MIN_VALUE;
        for (Standing member : usable) {
            oldest = Math.max(oldest, now - member.upSince());
        }
        return new RampStage(ages(rule), now, oldest);
    }

    private static long[] ages(SlowStart rule) {
        long window = rule.window().toNanos();
        long[] ages = new long[9];
        for (int i = 0; i < ages.length; i++) {
            // StrictMath, so that compiled code does not round otherwise than interpreted code.
            ages[i] = Math.min(window, roundUp(window * StrictMath.pow((i + 2) / 10.0, rule.aggression())));
        }
        return ages;
    }

    private static long roundUp(double nanos) {
        double whole = Math.rint(nanos);
        // 0.3 of 10 s is 3 s, and not the 3 s and 1 ns that the last bits of the product may make of it.
        boolean isWhole = Math.abs(nanos - whole) <= 8 * Math.ulp(nanos);
        return Math.max(1, (long) (isWhole ? whole : Math.ceil(nanos)));
    }

    private boolean isLevel() {
        return ages.length == 0 || oldest < window();
    }

    private long window() {
        return ages[ages.length - 1];
    }

    /** Returns how much of its weight counts for a usable member, 10 to 100 in steps of 10. */
    int percent(Standing usable) {
        if (isLevel()) {
            return 100;
        }
        long age = now - usable.upSince();
        int percent = STEP;
        for (int i = 0; i < ages.length && ages[i] <= age; i++) {
            percent += STEP;
        }
        return percent;
    }

    /** Returns in how many nanoseconds, at least 1, the percentage of a member changes; the maximum for never. */
    long nanosToNextStep(Standing usable) {
        long age = now - usable.upSince();
        if (isLevel()) {
            return ages.length > 0 && age < oldest ? distance(oldest, window()) : Long.MAX_VALUE;
        }
        for (long step : ages) {
            if (step > age) {
                return distance(age, step);
            }
        }
        return Long.MAX_VALUE;
    }

    /** An age below 0, of who came up after the clock was read, may lie too far from a step for a long. */
    private static long distance(long from, long to) {
        long distance = to - from;
        return distance < 0 ? Long.MAX_VALUE : distance;
    }
}
