package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What an interceptor was told of calls beside their balancers. Immutable. */
record CallRules(
        AttemptSource attempts, GuardedClassifier outcomes, RetryPolicy retries, Map<String, Transport> transports) {
    /** Nothing is known of a call, and it is one attempt. */
    static final CallRules PLAIN = new CallRules(
            request -> Attempt.PLAIN, new GuardedClassifier(OutcomeClassifier.USUAL), RetryPolicy.OFF, Map.of());

    CallRules withAttempts(AttemptSource source) {
        return new CallRules(Objects.requireNonNull(source, "attempts"), outcomes, retries, transports);
    }

    CallRules withOutcomes(OutcomeClassifier classifier) {
        return new CallRules(
                attempts, new GuardedClassifier(Objects.requireNonNull(classifier, "outcomes")), retries, transports);
    }

    CallRules withRetries(RetryPolicy policy) {
        return new CallRules(attempts, outcomes, Objects.requireNonNull(policy, "retries"), transports);
    }

    CallRules withTransport(String balancer, Transport transport) {
        Map<String, Transport> changed = new HashMap<>(transports);
        changed.put(Objects.requireNonNull(balancer, "balancer"), Objects.requireNonNull(transport, "transport"));
        return new CallRules(attempts, outcomes, retries, Map.copyOf(changed));
    }

    /** Tells whether any balancer is {@link Transport#PINNED}. */
    boolean pins() {
        return transports.containsValue(Transport.PINNED);
    }

    Transport transport(String balancer) {
        return transports.getOrDefault(balancer, Transport.REWRITE);
    }
}
