package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.select.ConsistentHash;
import dev.evenkeel.lb.core.select.LeastRequest;
import dev.evenkeel.lb.core.select.PeakEwma;
import dev.evenkeel.lb.core.select.Random;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.select.WeightedRandom;
import dev.evenkeel.lb.core.select.WeightedRoundRobin;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;

/** What is timed, each under the name that its methods in the benchmarks have. */
enum Policy {
    ROUND_ROBIN,
    WEIGHTED_ROUND_ROBIN,

    /** The same policy with weights too large for a round to be written down. */
    WEIGHTED_ROUND_ROBIN_LARGE,

    RANDOM,
    WEIGHTED_RANDOM,
    LEAST_REQUEST,
    PEAK_EWMA,
    CONSISTENT_HASH;

    /**
     * Returns the policy that the benchmark of the moment is named after.
     *
     * @throws IllegalArgumentException if it is named after none
     */
    static Policy of(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        return named(benchmark.substring(benchmark.lastIndexOf('.') + 1));
    }

    /**
     * Returns the policy of a method.
     *
     * @throws IllegalArgumentException if there is none
     */
    static Policy named(String method) {
        return Stream.of(values())
                .filter(policy -> policy.method().equals(method))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("the policy must be one of "
                        + Stream.of(values()).map(Policy::method).collect(Collectors.joining(", ")) + ", was "
                        + method));
    }

    /** Returns the name of the methods that time it: {@code leastRequest}. */
    String method() {
        String words = Stream.of(name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
        return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    /** Returns the policy for one balancer. */
    Selector.Factory make() {
        return switch (this) {
            case ROUND_ROBIN -> RoundRobin.policy();
            case WEIGHTED_ROUND_ROBIN, WEIGHTED_ROUND_ROBIN_LARGE -> WeightedRoundRobin.policy();
            case RANDOM -> Random.policy();
            case WEIGHTED_RANDOM -> WeightedRandom.policy();
            case LEAST_REQUEST -> LeastRequest.policy();
            case PEAK_EWMA -> PeakEwma.policy();
            case CONSISTENT_HASH -> ConsistentHash.policy();
        };
    }

    /** Returns a backend with the weight it has under this policy. */
    Endpoint endpoint(int number) {
        return Backends.endpoint(number).withWeight(weight(number % 4));
    }

    private int weight(int kind) {
        return switch (this) {
            // Of 10,000 backends the sum is 25,000, and a round of up to 65,536 is written down.
            case WEIGHTED_ROUND_ROBIN, WEIGHTED_RANDOM -> 1 + kind;
            // Of any two that differ the sum is above that, also without their common divisor.
            case WEIGHTED_ROUND_ROBIN_LARGE -> 100_003 * (1 + kind) + kind;
            default -> 1;
        };
    }

    /** Tells whether a pick depends on what is in flight in a way that no floor without load could be held against. */
    boolean comparesLoads() {
        return this == LEAST_REQUEST || this == PEAK_EWMA;
    }
}
