package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The attempts of a call that failed, and why there was no further one. Most calls need none. On the thread of the call. */
final class AttemptTrail {
    static final String NOT_ALLOWED = "no further attempt is allowed";

    /** Those before the present one. */
    private final List<AttemptFailedException> failed = new ArrayList<>(2);

    private int extraAttempts;
    private boolean rejected;
    private String end = NOT_ALLOWED;

    /** Why the balancer gave nobody else. */
    private @Nullable IOException nobodyElse;

    void add(AttemptFailedException one) {
        failed.add(one);
    }

    int extraAttempts() {
        return extraAttempts;
    }

    void takesExtraAttempt() {
        extraAttempts++;
    }

    /** A backend has rejected the call. Tells whether another one has before. */
    boolean noteRejected() {
        boolean before = rejected;
        rejected = true;
        return before;
    }

    /** There is no further attempt. */
    void endsAs(String why) {
        end = why;
    }

    /** There is no further attempt, because there is no backend for it. */
    void endsAs(String why, IOException cause) {
        end = why;
        nobodyElse = cause;
    }

    /** Returns what the call ends with, carrying all attempts. */
    IOException told(IOException own, Endpoint last, Duration elapsed) {
        failed.forEach(own::addSuppressed);
        own.addSuppressed(AttemptFailedException.last(last, elapsed, end));
        if (nobodyElse != null) {
            own.addSuppressed(nobodyElse);
        }
        return own;
    }
}
