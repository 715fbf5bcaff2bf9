package dev.evenkeel.lb.okhttp;

import java.time.Duration;
import java.util.Objects;

/**
 * When a call is made a second time, on another backend, because the first is slow. Immutable.
 *
 * <p>The delay follows what calls for the same logical host take: it is the given percentile of the latest 256, from the pick
 * of the backend to the headers of the response, of attempts that succeeded or lost to their hedge. At the 95th about one call in
 * twenty is hedged, and the slow tail goes; this is the hedged request of Dean and Barroso, <a
 * href="https://doi.org/10.1145/2408776.2408794">The Tail at Scale</a> (2013). Where a whole backend is slow, the percentile comes
 * to be its latency, and outlier detection is what helps.
 *
 * @param percentile of the latencies, 50 to 99
 * @param minimum shortest delay, 1 ms to 1 min, so that a service which is fast throughout is not hedged for a hiccup
 * @param start delay until 32 latencies are known, 1 ms to 1 min; the minimum holds for it too
 */
public record HedgingPolicy(int percentile, Duration minimum, Duration start) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /** The 95th percentile, 10 ms at least, and 500 ms at first. */
    public static final HedgingPolicy DEFAULT = new HedgingPolicy(95, Duration.ofMillis(10), Duration.ofMillis(500));

    /** Checks the values. */
    public HedgingPolicy {
        if (percentile < 50 || percentile > 99) {
            throw new IllegalArgumentException("the percentile of a hedge must be 50 to 99, was " + percentile);
        }
        check("shortest delay", minimum);
        check("first delay", start);
    }

    private static void check(String what, Duration delay) {
        Objects.requireNonNull(delay, what);
        if (delay.compareTo(SHORTEST) < 0 || delay.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the " + what + " of a hedge must be 1 ms to 1 min, was " + delay);
        }
    }

    /** Sets the percentile, 50 to 99; default 95. */
    public HedgingPolicy withPercentile(int newPercentile) {
        return new HedgingPolicy(newPercentile, minimum, start);
    }

    /** Sets the shortest delay, 1 ms to 1 min; default 10 ms. */
    public HedgingPolicy withMinimum(Duration newMinimum) {
        return new HedgingPolicy(percentile, newMinimum, start);
    }

    /** Sets the delay until 32 latencies are known, 1 ms to 1 min; default 500 ms. */
    public HedgingPolicy withStart(Duration newStart) {
        return new HedgingPolicy(percentile, minimum, newStart);
    }
}
