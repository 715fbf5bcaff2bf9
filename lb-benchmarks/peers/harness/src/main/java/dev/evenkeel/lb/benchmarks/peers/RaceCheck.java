package dev.evenkeel.lb.benchmarks.peers;

import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Puts a subject through races in which some backend is up at every instant, so a pick that says "none" is wrong. Prints a
 * line of JSON for each race.
 *
 * <ul>
 *   <li>{@code steady}: nothing changes while the picks are made; once for every pattern of up and down, or, where single
 *       backends cannot be marked, for the one with all up. Tells how much the busiest backend got of its due share.
 *   <li>{@code moving}: which one is up moves all the time; the next one comes up before the last one goes down,
 *       2,000 times, and at least until so many picks are made.
 * </ul>
 */
public final class RaceCheck {
    private static final int MOST_BACKENDS = 12;

    /** Enough of them while the pickers pick; how long one takes differs by library. */
    private static final int MOVES = 2_000;

    private RaceCheck() {}

    /**
     * Runs both races.
     *
     * @param args the subject, how many picks in each race, on how many threads, among how many backends
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 4) {
            throw new IllegalArgumentException("usage: RaceCheck <subject> <picks> <threads> <backends>");
        }
        Subjects.Entry entry = Subjects.named(args[0]);
        long picks = number("picks", args[1], Long.MAX_VALUE);
        int threads = (int) number("threads", args[2], 1 << 10);
        int backends = (int) number("backends", args[3], MOST_BACKENDS);
        try (Balancer balancer = entry.balancer(backends)) {
            steady(entry, balancer, backends, new Pickers(balancer, threads, backends), picks);
        }
        if (entry.subject().marks() && backends > 1) {
            try (Balancer balancer = entry.balancer(backends)) {
                moving(entry, balancer, backends, new Pickers(balancer, threads, backends), picks);
            }
        }
    }

    private static long number(String what, String text, long most) {
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(what + " must be a number, was " + text, e);
        }
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " must be from 1 to " + most + ", was " + text);
        }
        return value;
    }

    private static void steady(Subjects.Entry entry, Balancer balancer, int backends, Pickers pickers, long picks)
            throws Exception {
        int patterns = entry.subject().marks() ? (1 << backends) - 1 : 1;
        Tally all = new Tally(backends);
        double busiest = 0;
        for (int turn = 0; turn < patterns; turn++) {
            BitSet up = BitSet.valueOf(new long[] {patterns == 1 ? (1L << backends) - 1 : turn + 1});
            if (patterns > 1) {
                balancer.mark(up);
            }
            Tally tally = pickers.run(Math.max(1, picks / patterns));
            busiest = Math.max(busiest, tally.busiest(up, entry.subject().family()));
            all.add(tally);
        }
        print(entry, "steady", backends, pickers, patterns, all, busiest);
    }

    private static void moving(Subjects.Entry entry, Balancer balancer, int backends, Pickers pickers, long picks)
            throws Exception {
        BitSet up = new BitSet(backends);
        up.set(0);
        balancer.mark(up);
        CountDownLatch enough = new CountDownLatch(1);
        Pickers.Running running = pickers.start(picks, enough);
        try {
            for (int move = 1; move <= MOVES; move++) {
                up.set(move % backends);
                balancer.mark(up);
                up.clear((move - 1) % backends);
                balancer.mark(up);
            }
        } finally {
            enough.countDown();
        }
        Tally tally = running.join();
        print(entry, "moving", backends, pickers, MOVES, tally, 0);
    }

    private static void print(
            Subjects.Entry entry,
            String race,
            int backends,
            Pickers pickers,
            int patterns,
            Tally tally,
            double busiest) {
        System.out.printf(
                Locale.ROOT,
                "{\"section\":\"races\",\"subject\":\"%s\",\"race\":\"%s\",\"backends\":%d,\"threads\":%d,"
                        + "\"patterns\":%d,\"picks\":%d,\"none\":%d,\"busiest\":%.4f}%n",
                entry.name(),
                race,
                backends,
                pickers.threads(),
                patterns,
                tally.picks(),
                tally.none(),
                busiest);
    }
}
