package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lease, and the outcome that follows from what the events of the call told since it was acquired. The lease itself sees
 * to it that only the first completion counts.
 */
final class TrackedAttempt extends Conversation {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final Lease lease;
    private final GuardedClassifier outcomes;
    private final boolean duplex;

    // Whoever has the call writes and reads these, as in the classes above; the thread that ends a race of hedges
    // looks at the answer as well, which it is told of under a lock.
    private boolean abandoned;
    private boolean judged;

    /** How the backend answered; null before the interceptor has a response. */
    private @Nullable Outcome answer;

    /**
     * @param duplex whether the request may still be sent when the response has been read
     */
    TrackedAttempt(Lease lease, GuardedClassifier outcomes, boolean duplex) {
        this.lease = lease;
        this.outcomes = outcomes;
        this.duplex = duplex;
    }

    Backend backend() {
        return lease.backend();
    }

    Endpoint endpoint() {
        return lease.backend().endpoint();
    }

    /** The first byte of a request is about to be written. On a connection that we have closed it cannot be. */
    void requestStarts() {
        if (gotClosedConnection()) {
            return;
        }
        if (sending() && !isElsewhere()) {
            resent();
        }
    }

    private void resent() {
        try {
            lease.resent();
        } catch (RuntimeException e) {
            // As in complete.
            log.error("{} could not be told that its request was sent again", lease, e);
        }
    }

    /** Returns how the backend answered, or null if it has not. */
    Outcome.@Nullable Kind answerKind() {
        Outcome known = answer;
        return known == null ? null : known.kind();
    }

    /** Tells whether what was thrown is a broken exchange with the backend, and not the caller's doing or ours. */
    boolean brokeByItself() {
        return !abandoned && isBrokenExchange();
    }

    /**
     * The response is there, its body is not read yet.
     *
     * @throws IOException if a user's classifier fails; the lease is complete then
     */
    void answered(Response response) throws IOException {
        answered(response.code());
        if (lease instanceof CallReport.Entry reported) {
            reported.status(response.code());
        }
        // What another host says of itself does not concern the backend that pointed to it.
        Outcome soFar = isElsewhere() ? Outcome.SUCCESS : classified(response);
        answer = soFar;
        try {
            lease.answered(soFar);
        } catch (RuntimeException e) {
            // As in complete.
            log.error("{} could not be told of its answer {}", lease, soFar, e);
        }
    }

    private Outcome classified(Response response) throws IOException {
        try {
            return outcomes.ofResponse(response, ResponseOutcome.of(response));
        } catch (IOException e) {
            abandon();
            response.close();
            throw e;
        }
    }

    /** No response came of it. */
    void threw(IOException why, boolean canceled) {
        // Whether a cancel was the caller's or a timeout's is told at the end of the call, and not before.
        if (!canceled && !abandoned) {
            complete(judge(why));
        }
    }

    /** Something threw that is no failure of an exchange. */
    void abandon() {
        abandoned = true;
        complete(Outcome.IGNORED);
    }

    /** The body was read to its end, or closed. */
    void responseEnded(boolean canceled) {
        Outcome known = answer;
        if (known != null && !isUpgraded() && !duplex && !canceled) {
            complete(known);
        }
    }

    /** What the backend has answered counts, whatever becomes of the call. */
    void stands() {
        Outcome known = answer;
        if (known != null) {
            complete(known);
        }
    }

    /** An interceptor outside of ours proceeds again. */
    void superseded() {
        ended(false);
    }

    void ended(boolean canceled) {
        Outcome known = answer;
        IOException why = broken();
        if (canceled || known == null) {
            complete(Outcome.IGNORED);
        } else {
            complete(why == null ? known : judge(why));
        }
    }

    void failed(IOException why, boolean canceled, boolean cutAtDeadline) {
        if (!canceled) {
            // Without a broken exchange the exception is of an interceptor outside, and the answer stands.
            ended(false);
        } else if (cutAtDeadline || isCallTimeout(why)) {
            complete(isElsewhere() ? Outcome.SUCCESS : judged(why, Outcome.failure(why)));
        } else {
            complete(Outcome.IGNORED);
        }
    }

    /**
     * OkHttp cancels a call that times out, and then wraps what that led to in this very class; a timeout of a socket is
     * a subclass, and an interrupted thread has no cause.
     */
    private static boolean isCallTimeout(IOException why) {
        return why.getClass() == InterruptedIOException.class && why.getCause() != null;
    }

    private Outcome judge(IOException why) {
        return isElsewhere() ? Outcome.SUCCESS : judged(why, usual(why));
    }

    /** Asks a user's classifier once, since more than one event may tell of the same end. */
    private Outcome judged(IOException why, Outcome usual) {
        if (judged) {
            return usual; // the lease is complete, and takes no other
        }
        judged = true;
        return outcomes.ofFailure(why, usual);
    }

    private void complete(Outcome outcome) {
        try {
            lease.complete(outcome);
        } catch (RuntimeException e) {
            // Thrown on, it would end a thread of OkHttp's.
            log.error("{} could not be completed as {}", lease, outcome, e);
        }
    }
}
