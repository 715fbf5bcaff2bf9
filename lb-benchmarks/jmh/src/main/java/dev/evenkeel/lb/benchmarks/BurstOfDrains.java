package dev.evenkeel.lb.benchmarks;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Selector;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A policy that drains many backends while it is asked for a selector. Each drain then returns at once and all of them
 * make one plan, where 10,000 drains one by one would make 10,000 plans. The selectors are those of the policy it is
 * made over.
 */
final class BurstOfDrains implements Selector.Factory {
    private final Selector.Factory policy;
    private @Nullable Runnable pending;

    BurstOfDrains(Selector.Factory policy) {
        this.policy = policy;
    }

    /** Drains backends of the balancer that this is the policy of. For one thread. */
    void run(LoadBalancer balancer, List<Endpoint> drained) {
        if (drained.isEmpty()) {
            return;
        }
        pending = () -> drained.forEach(balancer::drain);
        balancer.drain(drained.get(0));
    }

    @Override
    public Selector create(Candidates candidates) {
        Runnable once = pending;
        pending = null;
        if (once != null) {
            once.run();
        }
        return policy.create(candidates);
    }

    @Override
    public @Nullable Feedback feedback(Backend backend, LongSupplier clock) {
        return policy.feedback(backend, clock);
    }

    @Override
    public String name() {
        return policy.name();
    }
}
