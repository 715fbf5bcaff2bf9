package dev.evenkeel.lb.evidence;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells the terminal before each step where the run stands, one line each. For one thread. */
final class Progress {
    private final PrintStream out;
    private final long start = System.nanoTime();
    private final int steps;
    private final Duration estimate;
    private int step;
    private Duration begun = Duration.ZERO;

    Progress(PrintStream out, int steps, Duration estimate) {
        this.out = out;
        this.steps = steps;
        this.estimate = estimate;
    }

    /** Says that a step begins, which is thought to take so long. */
    void begin(String what, Duration expected) {
        step++;
        out.printf(
                Locale.ROOT, "[%" + digits() + "d/%d] %s; %s left%n", step, steps, what, time(left(begun, estimate)));
        begun = begun.plus(expected);
    }

    /** Says something that is not a step. */
    void say(String what) {
        out.println(what);
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Corrects what is left by how wrong the estimate was so far, once there is enough of it to tell. */
    private Duration left(Duration done, Duration all) {
        Duration rest = all.minus(done);
        boolean tells = done.toMillis() * 20 > all.toMillis();
        double error = tells ? (double) elapsed().toMillis() / done.toMillis() : 1;
        return Duration.ofMillis(Math.round(rest.toMillis() * error));
    }

    private int digits() {
        return Integer.toString(steps).length();
    }

    /** Says {@code 45 s}, {@code 7 min 5 s} or {@code 4 h 10 min}. */
    static String time(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
    }
}
