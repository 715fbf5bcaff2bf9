package dev.evenkeel.lb.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A balancer at one moment. Immutable.
 *
 * @param name the balancer's name
 * @param policy the policy's name
 * @param planVersion counts the published plans, from 1; only rises
 * @param closed whether the balancer is closed
 * @param backends all backends, in the order in which they joined, also those that drain or leave
 */
public record LoadBalancerSnapshot(
        String name, String policy, long planVersion, boolean closed, List<BackendSnapshot> backends) {
    /** Takes a copy of the list. */
    public LoadBalancerSnapshot {
        backends = List.copyOf(backends);
    }

    /** Returns how many backends are in the given state. */
    public long count(BackendState state) {
        return backends.stream().filter(backend -> backend.state() == state).count();
    }

    /** Returns one line for the balancer and one for each backend. */
    @Override
    public String toString() {
        String head = name + ": " + count(BackendState.UP) + " of " + backends.size() + " backends up, " + policy
                + ", plan " + planVersion + (closed ? ", closed" : "");
        return backends.stream().map(backend -> "\n  " + backend).collect(Collectors.joining("", head, ""));
    }
}
