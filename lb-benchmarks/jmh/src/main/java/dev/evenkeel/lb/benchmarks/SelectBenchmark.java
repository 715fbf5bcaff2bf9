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

/** One pick from a pool of which a share is down. Compare with {@link FloorBenchmark} of the same size. */
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

    /** Makes the pool. */
    @Setup
    public void makePool() {
        pool = Backends.of(backends).takeDown(down).pool();
    }

    /** Picks. */
    @Benchmark
    public @Nullable Backend roundRobin() {
        return pool.pick(Attempt.PLAIN);
    }
}
