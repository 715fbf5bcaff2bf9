package dev.evenkeel.lb.benchmarks;

import java.util.Locale;
import java.util.regex.Pattern;

/** One result for other programs to read: a JSON object on a line of its own. For one thread. */
final class ResultRow {
    /** What needs no escape. */
    private static final Pattern PLAIN = Pattern.compile("[ !#-\\[\\]-~]*");

    private final StringBuilder json = new StringBuilder("{");

    private ResultRow() {}

    /** Starts a row of a section. */
    static ResultRow of(String section) {
        return new ResultRow().with("section", section);
    }

    /**
     * Adds a text.
     *
     * @throws IllegalArgumentException if it has a quote, a backslash or anything beyond printable ASCII in it
     */
    ResultRow with(String name, String text) {
        if (!PLAIN.matcher(text).matches()) {
            throw new IllegalArgumentException("a text must be plain, was " + text);
        }
        return add(name, "\"" + text + "\"");
    }

    /** Adds a whole number. */
    ResultRow with(String name, int number) {
        return add(name, Integer.toString(number));
    }

    /**
     * Adds a number, to three places.
     *
     * @throws IllegalArgumentException if it is not finite, which JSON has no word for
     */
    ResultRow with(String name, double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(name + " must be finite, was " + number);
        }
        return add(name, String.format(Locale.ROOT, "%.3f", number));
    }

    private ResultRow add(String name, String value) {
        json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(value);
        return this;
    }

    /** Writes it to the standard output. */
    void print() {
        System.out.println(json + "}");
    }
}
