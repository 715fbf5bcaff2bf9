package dev.evenkeel.lb.core.scenario;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What came of one scenario.
 *
 * @param calls how many there were
 * @param busiest the most that any backend was given, as a multiple of its even share of the calls made while it was in
 *     rotation
 * @param detection how long the balancer took to notice, for the last of those that fell sick
 * @param recovery how long it took to give traffic again, for the last of those that recovered
 * @param sick the calls that went to a sick backend
 */
record Figures(Calls calls, double busiest, String detection, String recovery, Sick sick) {
    /** All calls, those of them that failed, and those of these that failed at once because there was nobody. */
    record Calls(int made, int failed, int refused) {}

    /** Calls to a sick backend, before it was taken out of rotation and after. */
    record Sick(int before, int after) {}

    /** Returns the longest of times in words: "-" if there was nothing to wait for, "never" if it was waited for in vain. */
    static String slowest(List<Outage> outages, Function<Outage, OptionalLong> figure) {
        List<OptionalLong> times = outages.stream().map(figure).toList();
        if (times.isEmpty()) {
            return "-";
        }
        if (times.stream().anyMatch(OptionalLong::isEmpty)) {
            return "never";
        }
        long longest = times.stream().mapToLong(OptionalLong::getAsLong).max().orElseThrow();
        return String.format(Locale.ROOT, "%.1f s", longest / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /** Returns the figures as lines of a story. */
    List<String> lines() {
        return List.of(
                "calls made                " + calls.made,
                "failed calls              " + calls.failed + ", of them at once " + calls.refused,
                "busiest / ideal           " + String.format(Locale.ROOT, "%.2f", busiest),
                "detection                 " + detection,
                "recovery                  " + recovery,
                "calls to the sick before  " + sick.before,
                "calls to the sick after   " + sick.after);
    }

    /** Returns the figures as cells of a table. */
    String cells() {
        return String.format(
                Locale.ROOT,
                "%d (%.1f %%) | %.2f | %s | %s | %d / %d",
                calls.failed,
                100.0 * calls.failed / calls.made,
                busiest,
                detection,
                recovery,
                sick.before,
                sick.after);
    }
}
