package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import io.servicetalk.loadbalancer.LoadBalancingPolicies;
import io.servicetalk.loadbalancer.LoadBalancingPolicy;
import java.util.List;

/** ServiceTalk: its load balancer with connections that lead nowhere. */
public final class ServiceTalk implements Peer {
    @Override
    public String name() {
        return "ServiceTalk";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("RoundRobin", Family.ROUND_ROBIN, true, true),
                new Subject("P2C", Family.POWER_OF_TWO, true, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) throws Exception {
        return ServiceTalkBalancer.of(policy(subject), backends);
    }

    private static LoadBalancingPolicy<Backend, Connection> policy(Subject subject) {
        return switch (subject.policy()) {
            case "RoundRobin" -> LoadBalancingPolicies.roundRobin().build();
            case "P2C" -> LoadBalancingPolicies.p2c().build();
            default -> throw new IllegalArgumentException("unknown policy " + subject.policy());
        };
    }
}
