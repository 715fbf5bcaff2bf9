package dev.evenkeel.lb.benchmarks.peers;

import java.util.BitSet;

/** How often each backend was picked, and how often none. For one thread. */
final class Tally {
    private final long[] hits;
    private long none;

    Tally(int backends) {
        hits = new long[backends];
    }

    void hit(int backend) {
        hits[backend]++;
    }

    void miss() {
        none++;
    }

    void add(Tally other) {
        for (int backend = 0; backend < hits.length; backend++) {
            hits[backend] += other.hits[backend];
        }
        none += other.none;
    }

    long none() {
        return none;
    }

    long hits(int backend) {
        return hits[backend];
    }

    /** Returns how many picks there were, with those that said "none". */
    long picks() {
        long picks = none;
        for (long each : hits) {
            picks += each;
        }
        return picks;
    }

    /** Returns how many times its due share the busiest of those that are up has got. 1 is even. */
    double busiest(BitSet up, Family family) {
        double weights = up.stream().mapToDouble(family::weight).sum();
        double answered = picks() - none;
        return up.stream()
                .mapToDouble(backend -> hits[backend] * weights / (answered * family.weight(backend)))
                .max()
                .orElse(0);
    }
}
