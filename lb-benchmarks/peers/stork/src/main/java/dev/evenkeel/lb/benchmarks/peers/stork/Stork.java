package dev.evenkeel.lb.benchmarks.peers.stork;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import io.smallrye.mutiny.Uni;
import io.smallrye.stork.api.LoadBalancer;
import io.smallrye.stork.api.ServiceDiscovery;
import io.smallrye.stork.api.ServiceInstance;
import io.smallrye.stork.impl.DefaultServiceInstance;
import io.smallrye.stork.impl.RoundRobinConfiguration;
import io.smallrye.stork.impl.RoundRobinLoadBalancerProvider;
import io.smallrye.stork.loadbalancer.leastresponsetime.LeastResponseTimeConfiguration;
import io.smallrye.stork.loadbalancer.leastresponsetime.LeastResponseTimeLoadBalancerProvider;
import io.smallrye.stork.loadbalancer.poweroftwochoices.PowerOfTwoChoicesConfiguration;
import io.smallrye.stork.loadbalancer.poweroftwochoices.PowerOfTwoChoicesLoadBalancerProvider;
import io.smallrye.stork.loadbalancer.random.RandomConfiguration;
import io.smallrye.stork.loadbalancer.random.RandomLoadBalancerProvider;
import io.smallrye.stork.loadbalancer.requests.LeastRequestsConfiguration;
import io.smallrye.stork.loadbalancer.requests.LeastRequestsLoadBalancerProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * SmallRye Stork, each policy as its provider makes it from the settings it has if nobody sets any. It does not know backends
 * that are down: it picks from the list that it is handed, and whom that names is up.
 */
public final class Stork implements Peer {
    @Override
    public String name() {
        return "Stork";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("round-robin", Family.ROUND_ROBIN, false, false),
                new Subject("random", Family.RANDOM, false, false),
                new Subject("power-of-two-choices", Family.POWER_OF_TWO, true, false),
                new Subject("least-requests", Family.LEAST, true, false),
                new Subject("least-response-time", Family.LATENCY, true, false));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        List<ServiceInstance> instances = new ArrayList<>();
        for (int number = 0; number < backends; number++) {
            instances.add(new DefaultServiceInstance(number, host(number), 8080, false));
        }
        ServiceDiscovery discovery = () -> Uni.createFrom().item(instances);
        boolean byTime = subject.family() == Family.LATENCY;
        StorkBalancer balancer = StorkBalancer.of(policy(subject, discovery), discovery, instances, byTime);
        if (byTime) {
            // Without it, whoever has answered nothing yet is taken at sight, and a pick alone would see the first one
            // only.
            instances.forEach(instance -> balancer.attempt(0));
        }
        return balancer;
    }

    private static String host(int number) {
        return "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    private static LoadBalancer policy(Subject subject, ServiceDiscovery discovery) {
        return switch (subject.policy()) {
            case "round-robin" ->
                new RoundRobinLoadBalancerProvider().createLoadBalancer(new RoundRobinConfiguration(), discovery);
            case "random" -> new RandomLoadBalancerProvider().createLoadBalancer(new RandomConfiguration(), discovery);
            case "power-of-two-choices" ->
                new PowerOfTwoChoicesLoadBalancerProvider()
                        .createLoadBalancer(new PowerOfTwoChoicesConfiguration(), discovery);
            case "least-requests" ->
                new LeastRequestsLoadBalancerProvider().createLoadBalancer(new LeastRequestsConfiguration(), discovery);
            case "least-response-time" ->
                new LeastResponseTimeLoadBalancerProvider()
                        .createLoadBalancer(new LeastResponseTimeConfiguration(), discovery);
            default -> throw new IllegalArgumentException("unknown policy " + subject.policy());
        };
    }
}
