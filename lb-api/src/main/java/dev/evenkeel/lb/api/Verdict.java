package dev.evenkeel.lb.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one probe found.
 *
 * @param result the finding
 * @param reason why, in a few words, such as {@code HTTP 503}; empty for a pass
 * @param cause what was thrown, or null
 */
public record Verdict(
        Result result, String reason, @Nullable Throwable cause) {
    /** The three findings. */
    public enum Result {
        /** The backend is fit for traffic. */
        PASS,
        /** The backend is not fit for traffic. */
        FAIL,
        /** The probe failed for a reason of our own, and says nothing about the backend. */
        NONE
    }

    private static final Verdict PASS = new Verdict(Result.PASS, "", null);

    /** Checks that nothing required is missing. */
    public Verdict {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(reason, "reason");
    }

    /** The backend is fit. */
    public static Verdict pass() {
        return PASS;
    }

    /** The backend is not fit, for the given reason. */
    public static Verdict fail(String reason) {
        return new Verdict(Result.FAIL, reason, null);
    }

    /** The backend is not fit, for the given reason and because of what was thrown. */
    public static Verdict fail(String reason, Throwable cause) {
        return new Verdict(Result.FAIL, reason, cause);
    }

    /** The probe says nothing about the backend, for the given reason. */
    public static Verdict none(String reason) {
        return new Verdict(Result.NONE, reason, null);
    }
}
