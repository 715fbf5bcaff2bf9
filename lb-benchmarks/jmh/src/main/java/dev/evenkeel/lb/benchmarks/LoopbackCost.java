package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.benchmarks.Rounds.Interval;
import dev.evenkeel.lb.benchmarks.Rounds.Round;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Compares the CPU that a call over loopback costs the thread of its caller with a bare client, with a round robin written
 * by hand and with a wrapped client, in turns, against three servers in a process of their own. What the garbage collector
 * spends is not in it; the clock of the whole process, which has that, ticks too slowly for turns so short.
 *
 * <p>One JVM differs from the next by more than its rounds do, so there are several, each a {@link LoopbackFork}. In one, which
 * sockets a round got weighs more than how often they are used, so rounds are many and short.
 *
 * <p>Arguments, each optional: forks, 8 by default; rounds of each, 100 by default; calls per client and round, 1,500 by
 * default; the URLs as in {@link Urls}, {@code short distinct} by default. Ends by itself: with 0 if the wrapped client surely
 * adds at most 1.05 times what the interceptor adds, by the 95 % confidence interval, with 1 if it surely adds more, and with
 * 2 if the rounds do not tell, or if an argument is of no use.
 */
public final class LoopbackCost {
    private static final double LIMIT = 1.05;
    private static final int MOST_FORKS = 100;
    private static final int MOST_ROUNDS = 10_000;
    private static final int MOST_CALLS = 1_000_000;

    private LoopbackCost() {}

    /** Measures, prints the figures and exits. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int forks;
        List<String> ofEach;
        try {
            Arguments arguments = Arguments.of(args, 5);
            forks = arguments.number(0, "forks", 8, MOST_FORKS);
            String url = args.length > 3 ? args[3] : "short";
            String urls = args.length > 4 ? args[4] : "distinct";
            Urls.requests(url, urls); // which says if it cannot be
            ofEach = List.of(
                    Integer.toString(arguments.number(1, "rounds", 100, MOST_ROUNDS)),
                    Integer.toString(arguments.number(2, "calls", 1_500, MOST_CALLS)),
                    url,
                    urls);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Rounds rounds = new Rounds();
        for (int fork = 1; fork <= forks; fork++) {
            List<Round> measured = LoopbackFork.run(ofEach);
            Rounds alone = new Rounds();
            alone.addFork(measured);
            print("fork " + fork + ": added, ratio", alone.ratioOfAdded());
            rounds.addFork(measured);
        }
        System.exit(report(rounds));
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
