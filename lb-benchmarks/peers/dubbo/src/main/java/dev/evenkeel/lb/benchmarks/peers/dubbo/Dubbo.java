package dev.evenkeel.lb.benchmarks.peers.dubbo;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import java.util.List;

/**
 * Apache Dubbo: its load balancers, by the names of their extensions. They pick from the list they are handed and ask nobody
 * whether he is up, so nobody is marked. Its {@code adaptive} is not among them: it writes into each invocation, which has to
 * be a fresh one every time, and that would be timed more than the pick.
 */
public final class Dubbo implements Peer {
    @Override
    public String name() {
        return "Dubbo";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("roundrobin", Family.ROUND_ROBIN, false, false),
                new Subject("roundrobin with weights", Family.WEIGHTED_ROUND_ROBIN, false, false),
                new Subject("random", Family.RANDOM, false, false),
                new Subject("leastactive", Family.LEAST, true, false),
                new Subject("shortestresponse", Family.LATENCY, true, false),
                new Subject("consistenthash", Family.CONSISTENT_HASH, false, false));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) {
        String extension = subject.policy().split(" ", 2)[0];
        return DubboBalancer.of(extension, subject.family(), backends);
    }
}
