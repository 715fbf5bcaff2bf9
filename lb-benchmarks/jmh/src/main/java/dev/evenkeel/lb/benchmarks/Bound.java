package dev.evenkeel.lb.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a pick of one policy may cost on one thread.
 *
 * @param floor the method of {@link FloorBenchmark} that it is shown beside
 * @param ratio how many times the floor it may cost; infinite for any
 * @param nanos how many nanoseconds it may cost; infinite for any
 * @param growth the floor that dereferences as many objects, which it may outgrow only so far
 */
record Bound(Policy policy, String floor, double ratio, double nanos, String growth) {
    private static final double ANY = Double.POSITIVE_INFINITY;

    /** One for each policy, those with the same floor one after the other. */
    static final List<Bound> ALL = List.of(
            new Bound(Policy.ROUND_ROBIN, "atomicCounter", ANY, ANY, "atomicCounter"), // PickRatio bounds it closer
            new Bound(Policy.WEIGHTED_ROUND_ROBIN, "atomicCounter", 1.5, ANY, "atomicCounter"),
            new Bound(Policy.WEIGHTED_ROUND_ROBIN_LARGE, "atomicCounter", 1.5, ANY, "atomicCounter"),
            new Bound(Policy.RANDOM, "oneDraw", ANY, ANY, "oneDraw"),
            new Bound(Policy.WEIGHTED_RANDOM, "oneDraw", ANY, ANY, "oneDraw"),
            new Bound(Policy.LEAST_REQUEST, "twoDraws", 2, ANY, "twoDrawsFourObjects"),
            new Bound(Policy.PEAK_EWMA, "twoDraws", ANY, ANY, "twoDrawsEightObjects"),
            // The key was hashed when the attempt was made, so the whole pick is beyond hashing.
            new Bound(Policy.CONSISTENT_HASH, "hashedSlot", ANY, 15, "hashedSlot"));

    /** The floors, each once. */
    Stream<String> floors() {
        return Stream.of(floor, growth).distinct();
    }
}
