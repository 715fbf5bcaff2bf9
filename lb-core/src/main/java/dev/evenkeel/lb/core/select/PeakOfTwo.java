package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.load.PeakLatency;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** Picks the one with the lower cost for its weight of two different draws from at least two backends. */
final class PeakOfTwo implements Selector {
    private final LongSupplier clock;
    private final Backend[] backends;
    private final PeakLatency[] latencies;
    private final int[] weights;
    private final boolean ignoresHealth;

    /**
     * Takes the set as it is.
     *
     * @param untold stands in where nothing is told, so that a pick need not ask whether anything is
     */
    PeakOfTwo(Candidates candidates, PeakLatency untold) {
        List<Candidate> eligible = candidates.eligible();
        clock = candidates.clock();
        backends = candidates.backends();
        latencies = eligible.stream()
                .map(candidate -> candidate.feedback() instanceof PeakLatency told ? told : untold)
                .toArray(PeakLatency[]::new);
        weights = eligible.stream().mapToInt(Candidate::effectiveWeight).toArray();
        ignoresHealth = candidates.ignoresHealth();
    }

    @Override
    public Backend select(Attempt attempt) {
        long random = ThreadLocalRandom.current().nextLong();
        Backend picked = select(random);
        return attempt.excludes(picked) ? other(random, picked) : picked;
    }

    private Backend other(long random, Backend picked) {
        int first = Draws.first(random, backends.length);
        Backend one = backends[first];
        return one == picked ? backends[Draws.second(random, backends.length, first)] : one;
    }

    /** Picks by a random number, so that a test can give it. */
    Backend select(long random) {
        int first = Draws.first(random, backends.length);
        int second = Draws.second(random, backends.length, first);
        return isFirst(first, second) ? backends[first] : backends[second];
    }

    private boolean isFirst(int first, int second) {
        if (!ignoresHealth) {
            boolean usable = backends[first].isEligible();
            if (usable != backends[second].isEligible()) {
                return usable;
            }
        }
        long now = clock.getAsLong();
        return cost(first, now) * weights[second] <= cost(second, now) * weights[first];
    }

    private double cost(int index, long now) {
        return latencies[index].cost(now, backends[index].inFlight());
    }
}
