package dev.evenkeel.lb.api;

import java.time.Duration;

/** Durations as a person says them. */
final class Durations {
    private Durations() {}

    /** Rounds down to the unit that fits: {@code 340 ms}, {@code 12 s}, {@code 5 min}, {@code 3 h}. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        long seconds = millis / 1_000;
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
    }
}
