package dev.evenkeel.lb.benchmarks.peers;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A pick of one subject, alone and as part of an attempt. What exactly is timed, the {@link Balancer} of each peer says at its
 * {@code pick} and {@code attempt}. A fork knows one peer only, so the call through the interface is compiled away.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Benchmark)
@NullUnmarked // JMH fills the parameters in, and calls the setup before anything is timed
public class PeersBenchmark {
    @Param("")
    String subject;

    @Param({"3", "10", "100", "1000", "10000"})
    int backends;

    @Param({"0", "0.33", "0.9", "all-but-one"})
    String down;

    private Balancer balancer;

    /** The keys of one thread, one after the other. */
    @State(Scope.Thread)
    public static class Keys {
        private int next;

        int next() {
            return next++ & (Balancer.KEYS - 1);
        }
    }

    /** Makes the balancer and marks the share that is down. */
    @Setup
    public void make() throws Exception {
        balancer = Subjects.named(subject).balancer(backends);
        if (!down.equals("0")) {
            balancer.mark(Shares.up(backends, down));
        }
    }

    /** Closes the balancer. */
    @TearDown
    public void close() {
        balancer.close();
    }

    /** Picks. */
    @Benchmark
    public @Nullable Object pick(Keys keys) throws Exception {
        return balancer.pick(keys.next());
    }

    /** Picks, begins an attempt and ends it. */
    @Benchmark
    public @Nullable Object attempt(Keys keys) throws Exception {
        return balancer.attempt(keys.next());
    }
}
