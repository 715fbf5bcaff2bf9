package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Rounds.Round;
import dev.evenkeel.lb.okhttp.Evenkeel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;

/**
 * Measures rounds for {@link LoopbackCost} in a JVM of its own, since one compiles differently from the next, and writes each
 * as a line.
 *
 * <p>All clients share the connections, three of which each round opens anew in an untimed turn: a socket can be a fast or a
 * slow one for as long as it lives, and rounds that share it would not be independent.
 *
 * <p>Arguments: rounds, calls per client and round, and the URLs as in {@link Urls}.
 */
public final class LoopbackFork {
    /** How many calls are made before it is the next client's turn: few, because machines get slower and faster. */
    private static final int TURN = 250;

    /** How many calls each client makes before the first round that counts, so that all is compiled by then. */
    private static final int WARM_UP = 30_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int calls;
    private final List<LoopbackClient> clients;

    private LoopbackFork(int calls, List<LoopbackClient> clients) {
        this.calls = calls;
        this.clients = clients;
    }

    /**
     * Runs a fork and returns its rounds.
     *
     * @throws IOException if it fails
     */
    static List<Round> run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LoopbackFork.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            List<Round> rounds = lines.lines().map(Round::parse).toList();
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException("a fork must end with 0, was " + status);
            }
            return rounds;
        } finally {
            process.destroy();
        }
    }

    /** Measures, and writes a round a line. */
    public static void main(String[] args) throws IOException {
        try (Loopback loopback = Loopback.start(Urls.requests(args[2], args[3]))) {
            LoopbackClient wrapped =
                    loopback.wrapped("wrapped", balancer -> Evenkeel.wrap(new OkHttpClient(), balancer));
            OkHttpClient like = wrapped.client();
            List<LoopbackClient> clients = List.of(loopback.bare(like), loopback.handWritten(like), wrapped);
            new LoopbackFork(Integer.parseInt(args[1]), clients).measure(Integer.parseInt(args[0]));
        }
    }

    private void measure(int count) throws IOException {
        for (int made = 0; made < WARM_UP; made += calls) {
            measureRound(0);
        }
        for (int round = 0; round < count; round++) {
            System.out.println(measureRound(round).line());
        }
    }

    private Round measureRound(int round) throws IOException {
        clients.get(0).disconnect();
        for (LoopbackClient client : clients) {
            turn(client, 0);
        }
        double[] micros = new double[clients.size()];
        int made = 0;
        for (int turn = 0; made < calls; turn++) {
            for (int place = 0; place < micros.length; place++) {
                int who = (round + turn + place) % micros.length; // each comes first equally often
                micros[who] += turn(clients.get(who), made) / 1e3;
            }
            made += TURN;
        }
        return new Round(micros[0] / made, micros[1] / made, micros[2] / made);
    }

    /** Makes calls, numbered on from the first, and returns the nanoseconds of CPU. */
    private static long turn(LoopbackClient client, int first) throws IOException {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int call = first; call < first + TURN; call++) {
            client.call(call);
        }
        return THREADS.getCurrentThreadCpuTime() - start;
    }
}
