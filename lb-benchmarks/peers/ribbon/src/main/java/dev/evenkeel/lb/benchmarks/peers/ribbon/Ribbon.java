package dev.evenkeel.lb.benchmarks.peers.ribbon;

import com.netflix.loadbalancer.AvailabilityFilteringRule;
import com.netflix.loadbalancer.BestAvailableRule;
import com.netflix.loadbalancer.RandomRule;
import com.netflix.loadbalancer.RoundRobinRule;
import com.netflix.loadbalancer.WeightedResponseTimeRule;
import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import java.util.List;

/** Netflix Ribbon: a fixed list of servers in its {@code BaseLoadBalancer}, under its rules. */
public final class Ribbon implements Peer {
    @Override
    public String name() {
        return "Ribbon";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("RoundRobinRule", Family.ROUND_ROBIN, true, true),
                new Subject("AvailabilityFilteringRule", Family.ROUND_ROBIN, true, true),
                new Subject("RandomRule", Family.RANDOM, true, true),
                new Subject("BestAvailableRule", Family.LEAST, true, true),
                new Subject("WeightedResponseTimeRule", Family.LATENCY, true, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        return switch (subject.policy()) {
            case "RoundRobinRule" -> RibbonBalancer.under(new RoundRobinRule(), backends);
            case "AvailabilityFilteringRule" -> RibbonBalancer.tripping(new AvailabilityFilteringRule(), backends);
            case "RandomRule" -> RibbonBalancer.under(new RandomRule(), backends);
            case "BestAvailableRule" -> RibbonBalancer.tripping(new BestAvailableRule(), backends);
            case "WeightedResponseTimeRule" -> RibbonBalancer.weighing(new WeightedResponseTimeRule(), backends);
            default -> throw new IllegalArgumentException("unknown policy " + subject.policy());
        };
    }
}
