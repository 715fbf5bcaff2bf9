package dev.evenkeel.lb.benchmarks.peers.armeria;

import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import java.time.Duration;
import java.util.List;

/** Armeria. None of its strategies takes note of what becomes of a request. */
public final class Armeria implements Peer {
    @Override
    public String name() {
        return "Armeria";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("roundRobin", Family.ROUND_ROBIN, false, true),
                new Subject("weightedRoundRobin", Family.WEIGHTED_ROUND_ROBIN, false, true),
                new Subject("rampingUp", Family.RANDOM, false, true),
                new Subject("sticky", Family.CONSISTENT_HASH, false, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        return ArmeriaBalancer.of(strategy(subject), subject.family(), backends);
    }

    private static EndpointSelectionStrategy strategy(Subject subject) {
        return switch (subject.policy()) {
            case "roundRobin" -> EndpointSelectionStrategy.roundRobin();
            case "weightedRoundRobin" -> EndpointSelectionStrategy.weightedRoundRobin();
            case "rampingUp" -> rampedUp();
            case "sticky" ->
                EndpointSelectionStrategy.sticky(context -> context.path().hashCode());
            default -> throw new IllegalArgumentException("unknown strategy " + subject.policy());
        };
    }

    /** Every endpoint has been there for an hour, so each has the whole of its weight and no timer runs. */
    private static EndpointSelectionStrategy rampedUp() {
        long now = Duration.ofHours(1).toNanos();
        return EndpointSelectionStrategy.builderForRampingUp()
                .timestampFunction(endpoint -> 0L)
                .ticker(() -> now)
                .build();
    }
}
