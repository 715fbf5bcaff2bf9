package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Callers.Cost;
import dev.evenkeel.lb.micrometer.LoadBalancerMetrics;
import dev.evenkeel.lb.okhttp.Evenkeel;
import dev.evenkeel.lb.okhttp.RetryPolicy;
import dev.evenkeel.lb.okhttp.Transport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.List;
import okhttp3.OkHttpClient;

/**
 * What a call over loopback costs with a bare client, with a round robin written by hand and with wrapped clients, in turns, by
 * the number of callers: CPU of this process, bytes allocated, median and 99th percentile of the latency. The three servers
 * are in a process of their own.
 *
 * <p>Each result is a line of JSON on the standard output; progress goes to the standard error.
 *
 * <p>Arguments, each optional: rounds, 10 by default; calls per client, number of callers and round, 12,000 by default; numbers
 * of callers, {@code 1,8,64} by default. Ends by itself: with 0, or with 2 if an argument is of no use.
 */
public final class CallCost {
    private static final int MOST_ROUNDS = 1_000;
    private static final int MOST_CALLS = 1_000_000;
    private static final int MOST_CALLERS = 1_000;

    /** Of the calls of a turn so many are made once more before it, untimed, which opens the connections. */
    private static final int UNTIMED = 4;

    private final int rounds;
    private final int calls;
    private final List<Integer> numbers;

    private CallCost(Arguments arguments) {
        this.rounds = arguments.number(0, "rounds", 10, MOST_ROUNDS);
        this.calls = arguments.number(1, "calls", 12_000, MOST_CALLS);
        this.numbers = arguments.numbers(2, "callers", List.of(1, 8, 64), MOST_CALLERS);
    }

    /** Measures and prints the results. */
    public static void main(String[] args) throws IOException, InterruptedException {
        CallCost cost;
        try {
            cost = new CallCost(Arguments.of(args, 3));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        try (Loopback loopback = Loopback.start(Urls.requests("short", "distinct"))) {
            cost.measure(clients(loopback));
        }
    }

    private static List<LoopbackClient> clients(Loopback loopback) {
        return List.of(
                loopback.bare(Loopback.alone()),
                loopback.handWritten(Loopback.alone()),
                loopback.wrapped("rewrite", balancer -> Evenkeel.wrap(new OkHttpClient(), balancer)),
                loopback.wrapped(
                        "pinned",
                        balancer -> Evenkeel.wrapping(new OkHttpClient())
                                .balancers(balancer)
                                .transport(Urls.HOST, Transport.PINNED)
                                .build()),
                loopback.wrapped(
                        "rewrite, no retries",
                        balancer -> Evenkeel.wrapping(new OkHttpClient())
                                .balancers(balancer)
                                .retries(RetryPolicy.OFF)
                                .build()),
                loopback.wrapped("rewrite, metrics", balancer -> {
                    LoadBalancerMetrics.of(balancer).bindTo(new SimpleMeterRegistry());
                    return Evenkeel.wrap(new OkHttpClient(), balancer);
                }));
    }

    private void measure(List<LoopbackClient> clients) throws IOException, InterruptedException {
        System.err.println("warming up");
        for (int callers : numbers) {
            try (Callers together = Callers.of(callers, calls)) {
                for (LoopbackClient client : clients) {
                    together.make(calls, client);
                }
            }
        }
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds);
            for (int callers : numbers) {
                try (Callers together = Callers.of(callers, calls)) {
                    for (int place = 0; place < clients.size(); place++) {
                        // Each comes first equally often.
                        measure(clients.get((round + place) % clients.size()), together, round);
                    }
                }
            }
        }
    }

    private void measure(LoopbackClient client, Callers callers, int round) throws IOException, InterruptedException {
        client.disconnect(); // so that rounds share no socket, which can be a fast or a slow one for as long as it
        // lives
        callers.make(Math.max(1, calls / UNTIMED), client);
        Cost cost = callers.make(calls, client);
        ResultRow.of("calls")
                .with("client", client.name())
                .with("callers", callers.count())
                .with("round", round)
                .with("cpuMicros", cost.cpuMicros())
                .with("bytes", cost.bytes())
                .with("p50Micros", cost.p50Micros())
                .with("p99Micros", cost.p99Micros())
                .print();
    }
}
