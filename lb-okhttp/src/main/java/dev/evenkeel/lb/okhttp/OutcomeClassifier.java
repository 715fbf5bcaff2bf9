package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Outcome;
import java.io.IOException;
import okhttp3.Response;

/**
 * Says how an attempt ended, as its backend is to be judged by it: what ejects backends, what a policy counts as load, and
 * what is tried elsewhere go by that. Override what should differ; each method is told the usual outcome.
 *
 * <pre>{@code
 * // This service answers 500 to what its callers do wrong.
 * OutcomeClassifier ours = new OutcomeClassifier() {
 *     public Outcome ofResponse(Response response, Outcome usual) {
 *         return response.code() == 500 ? Outcome.SUCCESS : usual;
 *     }
 * };
 * }</pre>
 *
 * <p>Runs on the threads of the calls, many at a time, so it must be safe for that and must not block. Null or an exception from
 * {@link #ofResponse} ends the call with an {@link IOException} that says so. From {@link #ofFailure}, the call has failed
 * already: the usual outcome counts, and the failure carries what went wrong as a suppressed exception. Both are logged once.
 */
public interface OutcomeClassifier {
    /** The usual outcomes. */
    OutcomeClassifier USUAL = new OutcomeClassifier() {
        @Override
        public String toString() {
            return "the usual outcomes";
        }
    };

    /**
     * Says what a response tells of the backend that sent it. The body is not read yet, and must not be.
     *
     * @param usual a failure for 500, 502, 503 and 504; rejected for 429, and for 503 with a {@code Retry-After} above 0;
     *     ignored for an answer from the cache; else a success
     */
    default Outcome ofResponse(Response response, Outcome usual) {
        return usual;
    }

    /**
     * Says what a broken exchange tells of the backend. Not asked when the call was cancelled, nor when it broke at another
     * host to which the backend had redirected it.
     *
     * @param failure what the exchange ended with
     * @param usual by the type of the failure and by the events before it, never by its text: unreachable if no connection
     *     came about; ignored if the caller's thread was interrupted, its request body broke off, or a connection from the
     *     pool turned out to be closed before anything was answered; else a failure
     */
    default Outcome ofFailure(IOException failure, Outcome usual) {
        return usual;
    }
}
