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
        return String.format(Locale.ROOT, "failure rate %.0f %% %s", 100 * tally.failureRate(), of(tally, window));
    }

    static String belowMean(Tally tally, Duration span, double mean) {
        return String.format(
                Locale.ROOT,
                "success rate %.1f %% %s beside a mean of %.1f %%",
                100 * tally.successRate(),
                of(tally, span),
                100 * mean);
    }

    static String belowOthers(Tally tally, Duration span, double others) {
        return String.format(
                Locale.ROOT,
                "success rate %.1f %% %s beside %.1f %% of the others",
                100 * tally.successRate(),
                of(tally, span),
                100 * others);
    }

    private static String of(Tally tally, Duration span) {
        return "of " + tally.calls() + (tally.calls() == 1 ? " call in " : " calls in ") + time(span);
    }

    private static String time(Duration time) {
        long millis = time.toMillis();
        return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
    }
}
