package dev.evenkeel.examples;

import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a command prints while a test watches. */
final class Printed {
    private static final Duration WATCHDOG = Duration.ofSeconds(60);

    /** Safe for many threads, since its buffer is. */
    private final StringWriter text = new StringWriter();

    /** Returns where to print. */
    StringWriter writer() {
        return text;
    }

    /** Waits until this has been printed, and returns its first group, or all of it if it has none. */
    String await(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        long start = System.nanoTime();
        while (System.nanoTime() - start < WATCHDOG.toNanos()) {
            Matcher matcher = compiled.matcher(text.toString());
            if (matcher.find()) {
                return matcher.group(Math.min(1, matcher.groupCount()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw new AssertionError("never printed: " + pattern + "; printed was:\n" + text);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
