package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.load.DecayingPeak;
import dev.evenkeel.lb.core.load.PeakLatency;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws two of the eligible backends at random and picks the one that is likely to answer sooner: the power of two
 * choices over peak-sensitive latency. Safe for many threads; never blocks, never allocates.
 *
 * <pre>cost = max(peak latency, average age of what is not answered) × (attempts in flight + faults of the last second + 1) / weight</pre>
 *
 * <p>The <b>peak latency</b> is the time to the response headers. A slower answer than it raises it at once; from there it
 * halves with each half-life, and faster answers do not lower it sooner. The <b>age</b> makes a backend that hangs look bad
 * before it has answered. It is the average because what is in flight is a factor already; a long body is in flight, but
 * neither its age nor its length is latency.
 *
 * <p><b>A fault is never a fast answer.</b> A failure, a rejection or a failed connect counts as an answer that took twice
 * as long as the slowest good answer of any backend lately, or as long as it did, if that was longer, or a second where
 * nobody has answered well yet; and for a second it counts as one more in flight. So a backend that fails everything gets
 * next to nothing, and one that fails now and then a little less. A cancelled attempt is no answer and only ends its age.
 *
 * <p><b>A backend that is not known</b>, since it never answered or so long ago that less than a nanosecond is left of
 * it, gets one attempt at a time until its first answer: it beats those that are known while nothing is in flight on
 * it, and else loses to them. Attempts that begin at the same instant may both see it idle. Of two that are not known the
 * one with less in flight for its weight is picked.
 *
 * <p>The draws are different ones, uniform whatever the weights are. A draw that may no longer be used loses to one that
 * may, unless health is ignored in a panic. Where costs are the same the first draw wins, as either order is equally likely.
 *
 * <p><b>Cost:</b> one random number, one reading of the clock and two costs, for any number of backends; two readings of
 * the clock and four atomic steps per attempt.
 *
 * <p><b>Right when</b> latencies differ between backends or change, such as with other zones, cold caches or pauses, and
 * what counts is the slow end. <b>Wrong when</b> latency is a matter of the request more than of the backend: one slow
 * kind of request then keeps pushing traffic away from whoever had it last, and {@link LeastRequest} is better. Wrong, too,
 * when one backend should get more than {@code 2 / n} of the traffic: it is drawn no more often, however large its weight
 * is, and {@link WeightedRoundRobin} has no such limit. It needs
 * some traffic to know anything: about one attempt per backend and half-life.
 *
 * <p>Sources: <a href="https://twitter.github.io/finagle/guide/Clients.html#power-of-two-choices-p2c-peak-ewma">Finagle's
 * PeakEwma</a>; Mitzenmacher, <a href="https://doi.org/10.1109/71.963420">The Power of Two Choices in Randomized Load
 * Balancing</a> (2001).
 */
public final class PeakEwma implements Selector.Factory {
    private static final Duration DEFAULT_HALF_LIFE = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final long halfLifeNanos;

    /** The good answers of all backends. Made with the first backend, by the one thread that may then call. */
    private volatile @Nullable DecayingPeak slowest;

    private PeakEwma(Duration halfLife) {
        this.halfLifeNanos = halfLife.toNanos();
    }

    /** Returns the policy with a half-life of 10 s. */
    public static PeakEwma policy() {
        return new PeakEwma(DEFAULT_HALF_LIFE);
    }

    /**
     * Returns the policy with another half-life, for another balancer: nothing that was measured goes with it.
     *
     * @param halfLife how long it takes for a measured latency to count half, 1 ms to 1 day
     * @throws IllegalArgumentException if it is out of range
     */
    public PeakEwma halfLife(Duration halfLife) {
        Objects.requireNonNull(halfLife, "halfLife");
        if (halfLife.compareTo(SHORTEST) < 0 || halfLife.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("half-life must be 1 ms to 1 day, was " + halfLife);
        }
        return new PeakEwma(halfLife);
    }

    @Override
    public Selector create(Candidates candidates) {
        if (candidates.eligible().size() == 1) {
            Backend only = candidates.eligible().get(0).backend();
            return attempt -> only;
        }
        return new PeakOfTwo(candidates, latency(candidates.clock()));
    }

    @Override
    public Feedback feedback(Backend backend, LongSupplier clock) {
        return latency(clock);
    }

    private PeakLatency latency(LongSupplier clock) {
        DecayingPeak all = slowest;
        if (all == null) {
            all = new DecayingPeak(halfLifeNanos, clock.getAsLong());
            slowest = all;
        }
        return new PeakLatency(clock, halfLifeNanos, all);
    }

    @Override
    public String name() {
        return "peak-ewma";
    }
}
