package dev.evenkeel.lb.okhttp;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** One call's wait for the addresses of a name, which ends when the call is cancelled. Safe for many threads. */
final class NameWait {
    private final CompletableFuture<Void> canceled = new CompletableFuture<>();

    /** The call was cancelled, by its caller or by a timeout. */
    void cancel() {
        canceled.complete(null);
    }

    /**
     * Returns the addresses.
     *
     * @throws UnknownHostException if there are none, the call is cancelled or its thread interrupted; one of this call's own
     */
    List<InetAddress> until(CompletableFuture<List<InetAddress>> answer, String host) throws UnknownHostException {
        try {
            CompletableFuture.anyOf(answer, canceled)
                    .exceptionally(failure -> null)
                    .get();
            if (!answer.isDone()) {
                throw unknown(host + ": the call was cancelled before the name was resolved", null);
            }
            return answer.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String message = cause instanceof UnknownHostException
                    ? cause.getMessage()
                    : host + ": the resolver failed: " + cause;
            throw unknown(message, cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host + ": the thread was interrupted before the name was resolved", e);
        }
    }

    private static UnknownHostException unknown(@Nullable String message, @Nullable Throwable cause) {
        UnknownHostException made = new UnknownHostException(message);
        if (cause != null) {
            made.initCause(cause);
        }
        return made;
    }
}
