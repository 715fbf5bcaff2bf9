package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Outcome;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door to a user's classifier: what is wrong with it reaches no thread of OkHttp's. Safe for many threads. */
final class GuardedClassifier {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final OutcomeClassifier classifier;
    private final AtomicBoolean told = new AtomicBoolean();

    GuardedClassifier(OutcomeClassifier classifier) {
        this.classifier = classifier;
    }

    OutcomeClassifier classifier() {
        return classifier;
    }

    /**
     * @throws IOException if the classifier throws or answers null
     */
    Outcome ofResponse(Response response, Outcome usual) throws IOException {
        Outcome outcome;
        try {
            outcome = classifier.ofResponse(response, usual);
        } catch (RuntimeException e) {
            throw broken("threw " + e + " for the status " + response.code(), e);
        }
        if (outcome == null) {
            throw broken("returned null for the status " + response.code(), null);
        }
        return outcome;
    }

    Outcome ofFailure(IOException failure, Outcome usual) {
        Outcome outcome;
        try {
            outcome = classifier.ofFailure(failure, usual);
        } catch (RuntimeException e) {
            failure.addSuppressed(broken("threw " + e + " for " + failure, e));
            return usual;
        }
        if (outcome == null) {
            failure.addSuppressed(broken("returned null for " + failure, null));
            return usual;
        }
        return outcome;
    }

    private IOException broken(String how, @Nullable RuntimeException cause) {
        IOException fault = new IOException("the outcome classifier " + classifier + " " + how, cause);
        if (told.compareAndSet(false, true)) {
            log.error("{}; told once", fault.getMessage(), cause);
        }
        return fault;
    }
}
