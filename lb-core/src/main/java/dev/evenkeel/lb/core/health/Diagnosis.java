package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Verdict;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an exception says about a backend, in a few words, or that it says nothing because the fault is ours. */
final class Diagnosis {
    /** Enough for a sentence. What a peer sends must not fill the log. */
    private static final int LONGEST_REASON = 200;

    /** A chain of causes can be a ring. */
    private static final int DEEPEST_CAUSE = 16;

    private Diagnosis() {}

    /** Returns the verdict of a probe, or of an attempt to connect, that ended with the given exception. */
    static Verdict of(Throwable thrown) {
        try {
            String ours = ourFault(thrown);
            return ours != null ? Verdict.none(ours) : Verdict.fail(tidy(reason(thrown)), thrown);
        } catch (RuntimeException | Error e) {
            // Messages and causes are methods, of a user's class perhaps, and can throw too.
            return Verdict.fail(thrown.getClass().getName());
        }
    }

    private static @Nullable String ourFault(Throwable thrown) {
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
            if (each instanceof OutOfMemoryError) {
                return "out of memory or threads: " + each.getMessage();
            }
            // At the start only: further on it may be what a peer has said.
            if (message(each).startsWith("too many open files")) {
                return "too many open files";
            }
            if (each instanceof InterruptedException
                    || each instanceof ClosedByInterruptException
                    || (each instanceof InterruptedIOException && message(each).equals("interrupted"))) {
                return "interrupted";
            }
            each = each.getCause();
        }
        return null;
    }

    private static String reason(Throwable thrown) {
        if (thrown instanceof SocketTimeoutException
                || thrown instanceof InterruptedIOException
                || thrown instanceof TimeoutException
                || (thrown instanceof SocketException && message(thrown).contains("timed out"))) {
            return "timed out";
        }
        if (thrown instanceof UnknownHostException) {
            // The resolver's own words after the name differ from one system to another.
            return "unknown host " + message(thrown).split(": ", 2)[0];
        }
        if (thrown instanceof SSLException) {
            return "TLS: " + thrown.getMessage();
        }
        if (thrown instanceof ConnectException && refused(thrown)) {
            return "connection refused";
        }
        if (thrown instanceof NoRouteToHostException) {
            return "no route to host";
        }
        if (thrown instanceof SocketException && !message(thrown).isEmpty()) {
            return message(thrown);
        }
        String type = thrown.getClass().getSimpleName();
        return thrown.getMessage() == null ? type : type + ": " + thrown.getMessage();
    }

    /** HTTP clients wrap the system's word in one of their own, which names the address. */
    private static boolean refused(Throwable thrown) {
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < DEEPEST_CAUSE; depth++) {
            if (message(each).contains("refused")) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    private static String message(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? "" : message.toLowerCase(Locale.ROOT);
    }

    /** Makes one line of bounded length. */
    static String tidy(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }
}
