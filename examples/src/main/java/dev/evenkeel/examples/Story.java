package dev.evenkeel.examples;

import java.io.PrintWriter;
import java.util.Locale;

/** Prints numbered steps and what happens in them. */
final class Story {
    private final PrintWriter out;
    private int step;

    Story(PrintWriter out) {
        this.out = out;
    }

    /** Begins the next step. */
    void step(String title) {
        step++;
        out.println();
        out.println(step + ". " + title);
    }

    /** Prints a line of the step. */
    void line(String format, Object... values) {
        out.println("   " + String.format(Locale.ROOT, format, values));
    }

    /** Prints what somebody else said, so that it stands out. */
    void quote(String text) {
        text.lines().forEach(line -> out.println("     | " + line));
    }

    /** Prints a line that belongs to no step. */
    void plain(String text) {
        out.println(text);
    }

    /** Returns the number of the step that is being told. */
    int current() {
        return step;
    }
}
