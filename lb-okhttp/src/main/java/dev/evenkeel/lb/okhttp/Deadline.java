package dev.evenkeel.lb.okhttp;

import java.time.Duration;
import java.util.Objects;

/**
 * The moment by which a balanced call must be over, as a tag of its request: {@code new
 * Request.Builder().tag(Deadline.class, Deadline.after(ofMillis(800)))}. Immutable.
 *
 * <p>It is one moment for everything that the call does: the wait in the dispatcher's queue, every attempt, and the body of
 * the response. No attempt begins after it, and one that runs then is cut off, whatever its connect, read and write timeouts
 * allow. Until the headers are there the call ends with a {@link DeadlineExceededException}, and after that reading the body
 * does. Like a timeout it counts against the backend that has not answered by then. As with OkHttp's call timeout, a web
 * socket and a duplex call are bound by it up to the headers, and a name that is being resolved is waited for.
 *
 * <p>It is set when it is made. So it can be shared by all the calls that are made to serve one request, and a call that is
 * made from a request with a deadline that has passed fails at once. For a duration that starts anew with each call there is
 * {@link okhttp3.Call#timeout} and the client's call timeout; these too hold for all attempts together. The earlier one
 * counts.
 */
public final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(366);

    private final long atNanos;
    private final Duration given;

    private Deadline(long atNanos, Duration given) {
        this.atNanos = atNanos;
        this.given = given;
    }

    /**
     * Sets a deadline from now on.
     *
     * @param duration at most 366 days; 0 or less is a deadline that has passed
     * @throws IllegalArgumentException if the duration is longer
     */
    public static Deadline after(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        if (duration.compareTo(LONGEST) > 0 || duration.compareTo(LONGEST.negated()) < 0) {
            throw new IllegalArgumentException("a deadline must be at most 366 days away, was " + duration);
        }
        return new Deadline(System.nanoTime() + duration.toNanos(), duration);
    }

    /** Returns how much time is left, below zero once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(atNanos - System.nanoTime());
    }

    /** Tells whether nothing may begin any more. */
    public boolean hasPassed() {
        return atNanos - System.nanoTime() <= 0;
    }

    /** Returns the moment on the clock of {@link System#nanoTime()}. */
    long atNanos() {
        return atNanos;
    }

    /** Returns what was given, such as {@code 800 ms}. */
    @Override
    public String toString() {
        return given.toMillis() + " ms";
    }
}
