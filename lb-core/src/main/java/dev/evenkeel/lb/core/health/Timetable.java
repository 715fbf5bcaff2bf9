package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Cadence;
import dev.evenkeel.lb.core.health.HealthState.Phase;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When a backend is asked next. Moments are nanoseconds of a ticker. Each probe is due a number of whole intervals
 * after the one before it was due, however long that one waited or took, so a probe that is too slow misses ticks, and
 * missed ticks are skipped. As safe for many threads as the source of randomness is.
 */
final class Timetable {
    /** The first probes need not be spread wider than this, however long the interval is. */
    private static final long WIDEST_SPREAD = TimeUnit.SECONDS.toNanos(1);

    /** A timer later than this means that the machine stood still, and then silence is no backend's fault. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** How often traffic can bring a probe of one member forward. */
    private static final long BETWEEN_ASKS = TimeUnit.SECONDS.toNanos(1);

    private final long interval;
    private final long transitionInterval;
    private final long downInterval;
    private final double jitter;
    private final RandomGenerator random;

    Timetable(Cadence cadence, RandomGenerator random) {
        this.interval = cadence.interval().toNanos();
        this.transitionInterval = cadence.transitionInterval().toNanos();
        this.downInterval = cadence.downInterval().toNanos();
        this.jitter = cadence.jitter();
        this.random = random;
    }

    /** Returns when to ask a backend that is new, or whose turn was missed while the machine stood still. */
    long anew(long now) {
        return now + (long) (random.nextDouble() * Math.min(interval, WIDEST_SPREAD));
    }

    /** Returns when to ask again after a probe that was due then and is over now. Never before now. */
    long next(long due, long now, Phase phase) {
        long step = step(phase);
        long steps = Math.max(1, -Math.floorDiv(due - now, step));
        long tick = due + steps * step;
        if (phase == Phase.PENDING) {
            return tick;
        }
        long spread = (long) (step * jitter * (2 * random.nextDouble() - 1));
        // A tick that chance put into the past is not missed: skipping it would cost most of an interval.
        return now + Math.max(0, tick + spread - now);
    }

    private long step(Phase phase) {
        return switch (phase) {
            case UP -> interval;
            case DOWN -> downInterval;
            case PENDING -> transitionInterval;
        };
    }

    /**
     * Returns when traffic that asks now is given a probe.
     *
     * @param asked when traffic was last given one, or null for never
     */
    static long asked(@Nullable Long asked, long now) {
        return asked == null ? now : now + Math.max(0, asked + BETWEEN_ASKS - now);
    }

    /** Tells whether something due then and done now shows that the machine stood still. */
    static boolean isPause(long due, long now) {
        return now - due > PAUSE;
    }
}
