package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an attempt pays for its backend in all, by each policy: the public {@code acquire} and {@code complete}, with what
 * the policy is told in between.
 *
 * <p>Each method is named after its {@link Policy}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class LeaseBenchmark {
    /** Takes turns. */
    @Benchmark
    public boolean roundRobin(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Takes turns by weight, round by round. */
    @Benchmark
    public boolean weightedRoundRobin(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Takes turns by weights too large for a written round. */
    @Benchmark
    public boolean weightedRoundRobinLarge(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Draws. */
    @Benchmark
    public boolean random(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Draws by weight. */
    @Benchmark
    public boolean weightedRandom(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Draws two and compares what is in flight on them. */
    @Benchmark
    public boolean leastRequest(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Draws two and compares how long they take. */
    @Benchmark
    public boolean peakEwma(DrainedBalancer drained) throws NoBackendAvailableException {
        return drained.balancer().acquire(Attempt.PLAIN).complete(Outcome.SUCCESS);
    }

    /** Looks a hashed key up. */
    @Benchmark
    public boolean consistentHash(DrainedBalancer drained, Keys keys) throws NoBackendAvailableException {
        return drained.balancer().acquire(keys.next()).complete(Outcome.SUCCESS);
    }
}
