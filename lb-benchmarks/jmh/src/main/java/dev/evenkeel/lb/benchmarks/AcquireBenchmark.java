package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.select.RoundRobin;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a call pays for its backend in all: the public {@code acquire} and {@code complete}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class AcquireBenchmark {
    @Param({"3", "10", "100", "1000"})
    int backends;

    private LoadBalancer balancer;

    /** Builds the balancer. */
    @Setup
    public void build() {
        balancer = LoadBalancers.named("bench")
                .backends(IntStream.range(0, backends)
                        .mapToObj(Backends::endpoint)
                        .toList())
                .policy(RoundRobin.policy())
                .build();
    }

    /** Closes the balancer. */
    @TearDown
    public void close() {
        balancer.close();
    }

    /** Acquires and completes one lease. */
    @Benchmark
    public boolean roundRobin() throws NoBackendAvailableException {
        return balancer.acquire().complete(Outcome.SUCCESS);
    }
}
