package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import java.util.Objects;

/** What an interceptor was told of calls beside their balancers. Immutable. */
record CallRules(AttemptSource attempts, GuardedClassifier outcomes, RetryPolicy retries) {
    /** Nothing is known of a call, and it is one attempt. */
    static final CallRules PLAIN =
            new CallRules(request -> Attempt.PLAIN, new GuardedClassifier(OutcomeClassifier.USUAL), RetryPolicy.OFF);

    CallRules withAttempts(AttemptSource source) {
        return new CallRules(Objects.requireNonNull(source, "attempts"), outcomes, retries);
    }

    CallRules withOutcomes(OutcomeClassifier classifier) {
        return new CallRules(attempts, new GuardedClassifier(Objects.requireNonNull(classifier, "outcomes")), retries);
    }

    CallRules withRetries(RetryPolicy policy) {
        return new CallRules(attempts, outcomes, Objects.requireNonNull(policy, "retries"));
    }
}
