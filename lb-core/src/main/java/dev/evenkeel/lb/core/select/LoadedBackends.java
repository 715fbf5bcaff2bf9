package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.core.load.RecentFaults;
import java.util.List;

/** The eligible backends of a set with what {@link LeastRequest} compares them by. Immutable; the loads are live. */
final class LoadedBackends {
    private final Backend[] backends;
    private final RecentFaults[] faults;
    private final RecentFaults ofAll;
    private final int[] weights;
    private final boolean uniform;
    private final boolean ignoresHealth;

    LoadedBackends(Candidates candidates, RecentFaults ofAll) {
        this.ofAll = ofAll;
        List<Candidate> eligible = candidates.eligible();
        // Stands in where nothing is told, so that a pick need not ask whether anything is.
        RecentFaults none = new RecentFaults(candidates.clock());
        backends = candidates.backends();
        faults = eligible.stream()
                .map(candidate -> candidate.feedback() instanceof RecentFaults told ? told : none)
                .toArray(RecentFaults[]::new);
        weights = eligible.stream().mapToInt(Candidate::effectiveWeight).toArray();
        uniform = candidates.isUniform();
        ignoresHealth = candidates.ignoresHealth();
    }

    int size() {
        return backends.length;
    }

    Backend get(int index) {
        return backends[index];
    }

    /** Tells whether a backend may be used now; in a panic all may, or the few that are up would get everything. */
    boolean isUsable(Backend backend) {
        return ignoresHealth || backend.isEligible();
    }

    /** Returns the weight, in hundredths, at most 10^8. */
    int weight(int index) {
        return weights[index];
    }

    /** Tells whether all weights are the same. */
    boolean isUniform() {
        return uniform;
    }

    /** Returns the load, not divided by the weight: below 2^32, so that its product with a weight is a long. */
    long load(int index) {
        long inFlight = backends[index].inFlight();
        return ofAll.maybeAny() ? inFlight + faults[index].count() : inFlight;
    }
}
