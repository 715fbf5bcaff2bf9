package dev.evenkeel.lb.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an attempt ended, as its backend is to be judged by it. Immutable. */
public final class Outcome {
    /** The backend answered, with whatever status it should have had. */
    public static final Outcome SUCCESS = new Outcome(Kind.SUCCESS, null);

    /** The backend is alive and says that it has too much to do: 429, or 503 with a Retry-After above 0. */
    public static final Outcome REJECTED = new Outcome(Kind.REJECTED, null);

    /** The end says nothing about the backend: we cancelled, our limits, our mistake. */
    public static final Outcome IGNORED = new Outcome(Kind.IGNORED, null);

    /** The classes of outcome. Only {@link #FAILURE} and {@link #UNREACHABLE} blame the backend. */
    public enum Kind {
        /** The backend did its work. */
        SUCCESS,
        /** The backend was reached and failed: 500, 502, 503, 504, or the exchange broke. */
        FAILURE,
        /** No connection to the backend came about. */
        UNREACHABLE,
        /** The backend is overloaded. */
        REJECTED,
        /** Nobody is to blame, or we are. */
        IGNORED
    }

    private final Kind kind;
    private final @Nullable Throwable cause;

    private Outcome(Kind kind, @Nullable Throwable cause) {
        this.kind = kind;
        this.cause = cause;
    }

    /**
     * The backend was reached and failed.
     *
     * @param cause what broke; null where the failure is the answer itself, such as a status of 500
     */
    public static Outcome failure(@Nullable Throwable cause) {
        return new Outcome(Kind.FAILURE, cause);
    }

    /**
     * No connection to the backend came about. Counts as a failed probe and brings the next probe forward.
     *
     * @param cause what the attempt to connect ended with
     */
    public static Outcome unreachable(Throwable cause) {
        return new Outcome(Kind.UNREACHABLE, Objects.requireNonNull(cause, "cause"));
    }

    /** Returns the class of this outcome. */
    public Kind kind() {
        return kind;
    }

    /** Returns what broke, or null if nothing was thrown. */
    public @Nullable Throwable cause() {
        return cause;
    }

    @Override
    public String toString() {
        return cause == null ? kind.toString() : kind + " (" + cause + ")";
    }
}
