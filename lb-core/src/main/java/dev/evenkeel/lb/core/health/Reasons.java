package dev.evenkeel.lb.core.health;

import java.time.Duration;
import java.util.Locale;

/** Why a backend is an outlier, as a person says it. */
final class Reasons {
    private Reasons() {}

    static String inARow(long failures) {
        return failures == 1 ? "1 failure" : failures + " failures in a row";
    }

    static String failureRate(Tally tally, Duration window) {
        return String.format(
                Locale.ROOT,
                "failure rate %.0f %% of %d %s in %s",
                100 * tally.failureRate(),
                tally.calls(),
                tally.calls() == 1 ? "call" : "calls",
                time(window));
    }

    static String belowMean(double rate, double mean) {
        return String.format(Locale.ROOT, "success rate %.1f %% beside a mean of %.1f %%", 100 * rate, 100 * mean);
    }

    static String belowOthers(double rate, double others) {
        return String.format(
                Locale.ROOT, "success rate %.1f %% beside %.1f %% of the others", 100 * rate, 100 * others);
    }

    private static String time(Duration time) {
        long millis = time.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
