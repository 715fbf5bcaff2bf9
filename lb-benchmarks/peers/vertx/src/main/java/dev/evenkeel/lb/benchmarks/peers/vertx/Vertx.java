package dev.evenkeel.lb.benchmarks.peers.vertx;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import io.vertx.core.net.endpoint.LoadBalancer;
import java.util.List;

/**
 * Vert.x. It has no notion of a single server that is down: a resolver replaces the whole list. Its round robin and its random
 * keep no count of requests, which its own {@code newMetrics} of theirs says.
 */
public final class Vertx implements Peer {
    @Override
    public String name() {
        return "Vert.x";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("ROUND_ROBIN", Family.ROUND_ROBIN, false, false),
                new Subject("RANDOM", Family.RANDOM, false, false),
                new Subject("POWER_OF_TWO_CHOICES", Family.POWER_OF_TWO, true, false),
                new Subject("LEAST_REQUESTS", Family.LEAST, true, false),
                new Subject("CONSISTENT_HASHING", Family.CONSISTENT_HASH, true, false));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        LoadBalancer policy = policy(subject);
        return subject.family() == Family.CONSISTENT_HASH
                ? VertxBalancer.keyed(policy, backends)
                : VertxBalancer.keyless(policy, backends);
    }

    private static LoadBalancer policy(Subject subject) {
        return switch (subject.policy()) {
            case "ROUND_ROBIN" -> LoadBalancer.ROUND_ROBIN;
            case "RANDOM" -> LoadBalancer.RANDOM;
            case "POWER_OF_TWO_CHOICES" -> LoadBalancer.POWER_OF_TWO_CHOICES;
            case "LEAST_REQUESTS" -> LoadBalancer.LEAST_REQUESTS;
            case "CONSISTENT_HASHING" -> LoadBalancer.CONSISTENT_HASHING;
            default -> throw new IllegalArgumentException("unknown policy " + subject.policy());
        };
    }
}
