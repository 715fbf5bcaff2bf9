package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.retry.RetryTokens;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A balancer and what its calls share.
 *
 * @param tokens the budget for extra attempts; null if there are none
 */
record Service(
        LoadBalancer balancer,
        CallRules rules,
        Targets targets,
        @Nullable RetryTokens tokens) {
    Lease acquire(Attempt attempt) throws IOException {
        Lease given;
        try {
            given = balancer.acquire(attempt);
        } catch (RuntimeException e) {
            // OkHttp would let it kill the thread.
            throw new IOException(balancer.name() + ": the balancer failed to give a backend: " + e, e);
        }
        if (given == null) {
            throw new IOException(balancer.name() + ": the balancer " + balancer + " gave no lease, but null");
        }
        return given;
    }
}
