package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Rounds.Interval;
import dev.evenkeel.lb.benchmarks.Rounds.Round;
import dev.evenkeel.lb.okhttp.Evenkeel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Compares the CPU that a call over loopback costs the thread of its caller with a bare client, with a round robin written
 * by hand and with a wrapped client, in turns, against three servers in a process of their own. Each round is on connections
 * of its own, which an untimed turn has opened. What the garbage collector spends is not in it; the clock of the whole
 * process, which has that, ticks too slowly for turns so short.
 *
 * <p>Which sockets a client got in a round weighs more than how often they are used, so rounds are many and short.
 *
 * <p>Arguments, each optional: rounds, 300 by default; calls per client and round, 1,500 by default; the URLs as in
 * {@link Urls}, {@code short distinct} by default. Ends by itself: with 0 if the wrapped client surely adds at most 1.05
 * times what the interceptor adds, by the 95 % confidence interval, with 1 if it surely adds more, and with 2 if the
 * rounds do not tell.
 */
public final class LoopbackCost {
    private static final double LIMIT = 1.05;

    /** How many calls are made before it is the next client's turn: few, because machines get slower and faster. */
    private static final int TURN = 250;

    /** How many calls each client makes before the first round that counts, so that all is compiled by then. */
    private static final int WARM_UP = 30_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int calls;
    private final List<LoopbackClient> clients;

    private LoopbackCost(int calls, List<LoopbackClient> clients) {
        this.calls = calls;
        this.clients = clients;
    }

    /** Measures, prints the figures and exits. */
    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 300;
        int calls = args.length > 1 ? Integer.parseInt(args[1]) : 1_500;
        List<Request> requests =
                Urls.requests(args.length > 2 ? args[2] : "short", args.length > 3 ? args[3] : "distinct");
        int status;
        try (Loopback loopback = Loopback.start(requests)) {
            List<LoopbackClient> clients = List.of(
                    loopback.bare(),
                    loopback.handWritten(),
                    loopback.wrapped("wrapped", balancer -> Evenkeel.wrap(new OkHttpClient(), balancer)));
            status = report(new LoopbackCost(calls, clients).measure(rounds));
        }
        System.exit(status);
    }

    private Rounds measure(int count) throws IOException {
        for (int made = 0; made < WARM_UP; made += calls) {
            measureRound(0);
        }
        Rounds rounds = new Rounds();
        for (int round = 0; round < count; round++) {
            rounds.add(measureRound(round));
        }
        return rounds;
    }

    private Round measureRound(int round) throws IOException {
        for (LoopbackClient client : clients) {
            // A socket can be a fast or a slow one for as long as it lives, and rounds that share it would not be
            // independent.
            client.disconnect();
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

    private static int report(Rounds rounds) {
        System.out.println("CPU us per call over loopback, mean and 95 % confidence interval");
        print("bare", rounds.of(Round::bare));
        print("hand-written", rounds.of(Round::handWritten));
        print("wrapped", rounds.of(Round::wrapped));
        Interval floor = rounds.of(round -> round.handWritten() - round.bare());
        print("hand-written adds", floor);
        print("wrapped adds", rounds.of(round -> round.wrapped() - round.bare()));
        print("wrapped / hand-written", rounds.of(round -> round.wrapped() / round.handWritten()));
        Interval ratio = rounds.ratioOfAdded();
        print("added, ratio", ratio);
        boolean told = floor.low() > 0; // a ratio to what may be nothing says nothing
        boolean holds = told && ratio.high() <= LIMIT;
        boolean broken = told && ratio.low() > LIMIT;
        System.out.println(
                "at most " + LIMIT + " times: " + (holds ? "holds" : broken ? "broken" : "the rounds do not tell"));
        return holds ? 0 : broken ? 1 : 2;
    }

    private static void print(String what, Interval interval) {
        System.out.printf(
                Locale.ROOT, "%-22s %8.3f [%.3f, %.3f]%n", what, interval.mean(), interval.low(), interval.high());
    }
}
