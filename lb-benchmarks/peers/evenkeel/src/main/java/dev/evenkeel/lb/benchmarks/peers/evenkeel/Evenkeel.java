package dev.evenkeel.lb.benchmarks.peers.evenkeel;

import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import dev.evenkeel.lb.core.select.ConsistentHash;
import dev.evenkeel.lb.core.select.LeastRequest;
import dev.evenkeel.lb.core.select.PeakEwma;
import dev.evenkeel.lb.core.select.Random;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.select.WeightedRoundRobin;
import java.util.List;

/** Ourselves. */
public final class Evenkeel implements Peer {
    @Override
    public String name() {
        return "Evenkeel";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("round-robin", Family.ROUND_ROBIN, true, true),
                new Subject("weighted-round-robin", Family.WEIGHTED_ROUND_ROBIN, true, true),
                new Subject("random", Family.RANDOM, true, true),
                new Subject("least-request", Family.POWER_OF_TWO, true, true),
                new Subject("peak-ewma", Family.LATENCY, true, true),
                new Subject("consistent-hash", Family.CONSISTENT_HASH, true, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        return EvenkeelBalancer.of(() -> policy(subject), subject.family(), backends);
    }

    private static Selector.Factory policy(Subject subject) {
        return switch (subject.policy()) {
            case "round-robin" -> RoundRobin.policy();
            case "weighted-round-robin" -> WeightedRoundRobin.policy();
            case "random" -> Random.policy();
            case "least-request" -> LeastRequest.policy();
            case "peak-ewma" -> PeakEwma.policy();
            case "consistent-hash" -> ConsistentHash.policy();
            default -> throw new IllegalArgumentException("unknown policy " + subject.policy());
        };
    }
}
