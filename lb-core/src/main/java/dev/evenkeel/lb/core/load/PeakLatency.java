package dev.evenkeel.lb.core.load;

import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long one backend takes to begin an answer: the {@link DecayingPeak} of what it took lately, or the average age of
 * what it has not answered, if that is more. Safe for many threads; lock-free, allocates nothing after its construction.
 *
 * <p>An attempt is outstanding until its response headers are there, or until it ends without. A body may go on for an
 * hour: it is no latency.
 *
 * <p>A fault is no fast answer. It counts as what it took, or as twice the slowest good answer that any backend of the
 * policy gave lately, whichever is more, and as a second where no good answer is known; besides, it counts as in flight for
 * a second. More would be too hard on a backend that fails once in a thousand times: the one that happened not to have
 * failed lately would get the traffic of all. A fault after a good answer counts the same, without the time that the body
 * took. An attempt without a verdict leaves no sample.
 *
 * <p>An attempt is at most one fault, counted when it has ended, as until then it is in flight; a bad answer is a sample at
 * once. The end makes it another, because what the answer was is not known any more; that is the same as the first one by
 * then, unless slower good answers have come in between, or none is known and the second counts from the end.
 */
public final class PeakLatency implements Feedback {
    /** A fault where nobody has answered well yet. */
    private static final long FAULT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Above any latency, and low enough to be multiplied by what is in flight and by weights. */
    private static final double UNKNOWN_AND_BUSY = 1e30;

    private final LongSupplier clock;
    private final DecayingPeak peak;
    private final DecayingPeak slowest;
    private final Outstanding outstanding;
    private final RecentFaults faults;

    /**
     * A backend that has not answered yet.
     *
     * @param clock a monotonic clock in nanoseconds, which may start anywhere and pass the largest long
     * @param halfLifeNanos of the estimate, at least 1 ms
     * @param slowest the good answers of all backends of the policy
     */
    public PeakLatency(LongSupplier clock, long halfLifeNanos, DecayingPeak slowest) {
        long origin = clock.getAsLong();
        this.clock = clock;
        this.peak = new DecayingPeak(halfLifeNanos, origin);
        this.slowest = slowest;
        this.outstanding = new Outstanding(origin);
        this.faults = new RecentFaults(clock);
    }

    /**
     * Returns latency × (in flight + faults of the last second + 1), or for a backend of which nothing is known any more: 0 while it is idle, which
     * beats all that are known, and else more than any that is known, so that it is tried with one attempt at a time.
     *
     * @param now the time, read before
     * @param inFlight what is in flight on the backend
     */
    public double cost(long now, int inFlight) {
        double latency = peak.at(now);
        if (latency == 0) {
            return inFlight == 0 ? 0 : UNKNOWN_AND_BUSY * (inFlight + 1.0);
        }
        return Math.max(latency, outstanding.averageAge(now)) * (inFlight + faults.count() + 1.0);
    }

    @Override
    public long begun() {
        long now = clock.getAsLong();
        outstanding.add(now);
        return now;
    }

    @Override
    public void answered(long mark, Outcome.Kind soFar) {
        outstanding.remove(mark);
        switch (soFar) {
            case SUCCESS -> succeeded(mark);
            case FAILURE, UNREACHABLE, REJECTED -> failed(clock.getAsLong(), mark);
            case IGNORED -> {}
        }
    }

    @Override
    public void ended(long mark, Outcome.Kind outcome, boolean answered) {
        if (!answered) {
            answered(mark, outcome);
        }
        switch (outcome) {
            case FAILURE, UNREACHABLE, REJECTED -> {
                if (answered) {
                    long now = clock.getAsLong();
                    failed(now, now);
                }
                faults.add();
            }
            case SUCCESS, IGNORED -> {}
        }
    }

    private void succeeded(long begun) {
        long now = clock.getAsLong();
        peak.sample(now, now - begun);
        slowest.sample(now, now - begun);
    }

    private void failed(long now, long begun) {
        long slow = (long) slowest.at(now);
        // With a margin, or the slowest and the failing one would tie.
        peak.sample(now, Math.max(slow == 0 ? FAULT_NANOS : 2 * slow, now - begun));
    }
}
