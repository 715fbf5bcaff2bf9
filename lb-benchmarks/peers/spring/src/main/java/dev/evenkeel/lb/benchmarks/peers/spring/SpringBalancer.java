package dev.evenkeel.lb.benchmarks.peers.spring;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorLoadBalancer;

/** A balancer that is asked and waited for, as those who do not write reactive code have it. */
final class SpringBalancer implements Balancer {
    private final ReactorLoadBalancer<ServiceInstance> balancer;
    private final @Nullable Checks checks;

    private final IdentityHashMap<ServiceInstance, Integer> numbers;

    /**
     * Makes one.
     *
     * @param checks what marks backends, or null if they are always up
     */
    SpringBalancer(
            ReactorLoadBalancer<ServiceInstance> balancer,
            IdentityHashMap<ServiceInstance, Integer> numbers,
            @Nullable Checks checks) {
        this.balancer = balancer;
        this.numbers = numbers;
        this.checks = checks;
    }

    /**
     * The public {@code choose} with the request that the library keeps for those who have none, and {@code block}, as its own
     * blocking client does it: the list from the supplier, the choice, the response, and the wait, which never is one since
     * everything happens on the caller's thread.
     */
    @Override
    public @Nullable Object pick(int key) {
        Response<ServiceInstance> response =
                balancer.choose(ReactiveLoadBalancer.REQUEST).block();
        return response == null ? null : response.getServer();
    }

    @Override
    public Object attempt(int key) {
        throw new UnsupportedOperationException("it takes note of attempts only for metrics");
    }

    @Override
    public int number(Object answer) {
        return Objects.requireNonNull(numbers.get((ServiceInstance) answer));
    }

    /** All at once: the picks see the old list until a round of checks has begun the new one. */
    @Override
    public void mark(BitSet up) {
        if (checks == null) {
            throw new UnsupportedOperationException("without health checks nobody is down");
        }
        checks.answer(up);
    }

    @Override
    public void close() {
        if (checks != null) {
            checks.close();
        }
    }
}
