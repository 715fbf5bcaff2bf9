package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Sets of backends that know their number. */
final class Sets {
    /** A backend that is always up. */
    record Numbered(int number, int weight) implements Backend {
        @Override
        public Endpoint endpoint() {
            return Endpoint.of("http://b" + number + ":80").withWeight(weight);
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public boolean isEligible() {
            return true;
        }
    }

    private Sets() {}

    static Candidates equal(int backends) {
        return weighted(IntStream.generate(() -> 1).limit(backends).toArray());
    }

    static Candidates weighted(int... weights) {
        return inGroup(0, weights);
    }

    static Candidates inGroup(int group, int... weights) {
        return Candidates.of(
                group,
                IntStream.range(0, weights.length)
                        .mapToObj(i -> candidate(i, weights[i], 100))
                        .toList(),
                () -> 0);
    }

    static Candidates of(Candidate... candidates) {
        return Candidates.of(0, List.of(candidates), () -> 0);
    }

    static Candidate candidate(int number, int weight, int ramp) {
        return new Candidate(new Numbered(number, weight), weight, ramp, true, null);
    }

    static int pick(Selector selector) {
        return ((Numbered) Objects.requireNonNull(selector.select(Attempt.PLAIN))).number();
    }

    static int[] picks(Selector selector, int count) {
        return IntStream.range(0, count).map(i -> pick(selector)).toArray();
    }

    /** Counts how often each of the backends from 0 is picked. */
    static long[] counts(Selector selector, int backends, int picks) {
        long[] counts = new long[backends];
        for (int i = 0; i < picks; i++) {
            counts[pick(selector)]++;
        }
        return counts;
    }

    static long sum(int... weights) {
        return Arrays.stream(weights).asLongStream().sum();
    }
}
