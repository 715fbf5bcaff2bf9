package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Attempt;
import java.util.Locale;

/**
 * Counts how often a pick says "none" although some backend is up at every instant. Ours must never; the classic round
 * robin must, or this machine cannot show the race and the zero means nothing.
 *
 * <p>Ours also runs with many backends: a search then takes long enough for the one that is up to move from before it
 * to behind it, again and again.
 *
 * <p>Arguments: picks per race (default 100,000,000), threads that pick (default 4). Ends by itself: with 0 if both
 * hold, 1 if ours said "none", 2 if the classic never did.
 */
public final class FalseNone {
    private static final int FEW = 3;
    private static final int MANY = 100;

    private FalseNone() {}

    /** Runs all races, prints a table and exits. */
    public static void main(String[] args) throws InterruptedException {
        long picks = args.length > 0 ? Long.parseLong(args[0]) : 100_000_000;
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 4;
        System.out.printf("%,d picks on %d threads in every race, one backend up at every instant%n", picks, threads);
        long ours = 0;
        long classic = 0;
        for (Race race : Race.values()) {
            for (int count : new int[] {FEW, MANY}) {
                Backends backends = Backends.of(count);
                ours += tell(
                        "evenkeel",
                        count,
                        race,
                        race.run(backends, () -> backends.pool().pick(Attempt.PLAIN), picks, threads));
            }
            Backends backends = Backends.of(FEW);
            classic += tell("classic", FEW, race, race.run(backends, Picker.classic(backends), picks, threads));
        }
        System.exit(ours > 0 ? 1 : classic == 0 ? 2 : 0);
    }

    private static long tell(String picker, int count, Race race, Race.Result result) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %3d backends %-17s none %,13d of %,13d = %8.4f %%, %,12d changes%n",
                picker,
                count,
                race,
                result.none(),
                result.picks(),
                100.0 * result.none() / result.picks(),
                result.changes());
        return result.none();
    }
}
