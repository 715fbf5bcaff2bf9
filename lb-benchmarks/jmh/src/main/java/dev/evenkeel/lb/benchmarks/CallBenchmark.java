package dev.evenkeel.lb.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call of OkHttp pays for its backend in all, down to the last event and the closed body, with nothing below but
 * memory. The client of each method is set up in {@link Calls}.
 *
 * <p>With the network {@code none} the answer comes from the last application interceptor, which a user's wrapped client cannot
 * have behind the balancer's; so everything that is done in there is timed: the pick, the request and the chain that lead to
 * the backend (a pinned one connects to another port than the URL's), the accounting, the way back. A pinned attempt is no
 * call of its own here, as it is none in use, unless it follows another one on a shared HTTP/2 connection. Left out is what
 * only a connection brings about: its events, and the network interceptor of the wrap. With the network {@code memory} these
 * are in, see {@link AnsweringSockets}; pinned backends listen on the URL's port there.
 *
 * <p>A response is built by a call, as it is where there is a network: OkHttp builds so many for each call that the method
 * is compiled on its own before those that call it. Here, where a client without a balancer builds a single one, newer
 * compilers take it into {@link AnswerFromMemory} in some of the forks, and with it 256 bytes out of the comparison.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"-XX:CompileCommand=quiet", "-XX:CompileCommand=dontinline,okhttp3.Response$Builder::build"})
public class CallBenchmark {
    /** OkHttp alone. */
    @Benchmark
    public int bare(Calls calls) throws IOException {
        return run(calls);
    }

    /** A round robin written by hand. */
    @Benchmark
    public int handWritten(Calls calls) throws IOException {
        return run(calls);
    }

    /** A wrapped client, which rewrites the URL and accounts for the call. */
    @Benchmark
    public int rewrite(Calls calls) throws IOException {
        return run(calls);
    }

    /** A wrapped client, which leaves the URL and accounts for the call. */
    @Benchmark
    public int pinned(Calls calls) throws IOException {
        return run(calls);
    }

    private static int run(Calls calls) throws IOException {
        try (Response response = calls.next().execute()) {
            return response.body().bytes().length;
        }
    }
}
