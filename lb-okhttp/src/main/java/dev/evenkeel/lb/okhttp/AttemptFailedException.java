package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call that failed: a suppressed exception of what the call ended with, one for each attempt, in order. Its
 * cause is what the attempt ended with; the last one has none, since that is the exception that carries it.
 *
 * <p>A call's exception tells of that call's attempts only. Where OkHttp gives several calls one exception, as it does when
 * an HTTP/2 connection breaks, each call gets one of its own, of the same class and message, whose cause is OkHttp's. If that
 * one is of a class that neither the JDK's sockets nor OkHttp throw, because the client's sockets are the user's, it is thrown
 * as it is and tells of no attempts; {@link CallReport} has them in any case.
 */
public final class AttemptFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Endpoint endpoint;
    private final Duration elapsed;
    private final int status;

    private AttemptFailedException(String message, @Nullable IOException cause, Failed failed) {
        super(message, cause);
        this.endpoint = failed.endpoint;
        this.elapsed = failed.elapsed;
        this.status = failed.status;
    }

    private record Failed(@Nullable Endpoint endpoint, Duration elapsed, int status) {
        String after(String how) {
            return endpoint + " after " + elapsed.toMillis() + " ms: " + how;
        }
    }

    static AttemptFailedException with(Endpoint endpoint, Duration elapsed, IOException cause) {
        Failed failed = new Failed(endpoint, elapsed, 0);
        return new AttemptFailedException(failed.after(cause.toString()), cause, failed);
    }

    static AttemptFailedException with(Endpoint endpoint, Duration elapsed, int status) {
        Failed failed = new Failed(endpoint, elapsed, status);
        return new AttemptFailedException(failed.after("HTTP " + status), null, failed);
    }

    /**
     * @param why there was no further attempt
     */
    static AttemptFailedException last(Endpoint endpoint, Duration elapsed, String why) {
        Failed failed = new Failed(endpoint, elapsed, 0);
        return new AttemptFailedException(failed.after("this, and " + why), null, failed);
    }

    /** Tells whether attempts are told in a failure. */
    static boolean isIn(IOException failure) {
        for (Throwable each : failure.getSuppressed()) {
            if (each instanceof AttemptFailedException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds to a failure the attempts of another one, which is not the one that is thrown.
     *
     * @param other carries its own attempts, the last of which ended with it
     */
    static void addAll(IOException thrown, IOException other) {
        if (thrown == other) {
            return;
        }
        boolean told = false;
        for (Throwable each : other.getSuppressed()) {
            if (each instanceof AttemptFailedException one && one.status == 0 && one.getCause() == null) {
                Failed failed = new Failed(one.endpoint, one.elapsed, 0);
                thrown.addSuppressed(new AttemptFailedException(failed.after(other.toString()), other, failed));
                told = true;
            } else if (each instanceof AttemptFailedException) {
                thrown.addSuppressed(each);
            }
        }
        if (!told) {
            thrown.addSuppressed(other);
        }
    }

    /** Returns where the attempt went; null after deserialization. */
    public @Nullable Endpoint endpoint() {
        return endpoint;
    }

    /** Returns how long the attempt took, until it failed or its response headers came. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns the status that it failed with, or 0 if it was no status. */
    public int status() {
        return status;
    }

    /** Leaves the stack alone: it is that of the exception which carries this. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
