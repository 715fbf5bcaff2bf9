package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.core.pool.Member;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

/**
 * The least that taking turns can cost: one shared counter, a modulo, an array, and a look at the member it points to.
 * It knows nothing of health; every member is up.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class FloorBenchmark {
    @Param({"3", "10", "100", "1000", "10000"})
    int backends;

    private final AtomicLong counter = new AtomicLong();
    private Member[] members;

    /** Makes the members. */
    @Setup
    public void makeMembers() {
        members = Backends.of(backends).members().toArray(Member[]::new);
    }

    /** Takes a ticket and looks at the member it points to. */
    @Benchmark
    public @Nullable Backend atomicCounter() {
        Member member = members[(int) (counter.getAndIncrement() % members.length)];
        return member.gates() == 0 ? member : null;
    }
}
