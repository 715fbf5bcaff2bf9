package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.core.pool.Pool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One pick from a pool of which a share is down, by each policy. Compare with {@link FloorBenchmark} of the same size.
 *
 * <p>Each method is named after its {@link Policy}, and a fork makes the pool of that one alone.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class SelectBenchmark {
    @Param({"3", "10", "100", "1000", "10000"})
    int backends;

    @Param({"0", "0.33", "0.9", "all-but-one"})
    String down;

    private Pool pool;

    /** Makes the pool of the policy that is timed. */
    @Setup
    public void makePool(BenchmarkParams params) {
        Policy policy = Policy.of(params);
        Backends made = Backends.of(backends, policy);
        if (policy.comparesLoads()) {
            made.occupy();
        }
        pool = made.takeDown(down).pool();
    }

    /** Takes turns. */
    @Benchmark
    public @Nullable Backend roundRobin() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Takes turns by weight, round by round. */
    @Benchmark
    public @Nullable Backend weightedRoundRobin() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Takes turns by weights too large for a written round. */
    @Benchmark
    public @Nullable Backend weightedRoundRobinLarge() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Draws. */
    @Benchmark
    public @Nullable Backend random() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Draws by weight. */
    @Benchmark
    public @Nullable Backend weightedRandom() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Draws two and compares what is in flight on them. */
    @Benchmark
    public @Nullable Backend leastRequest() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Draws two and compares how long they take. */
    @Benchmark
    public @Nullable Backend peakEwma() {
        return pool.pick(Attempt.PLAIN);
    }

    /** Looks a hashed key up. */
    @Benchmark
    public @Nullable Backend consistentHash(Keys keys) {
        return pool.pick(keys.next());
    }
}
