package dev.evenkeel.lb.benchmarks.peers.grpc;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import dev.evenkeel.lb.benchmarks.peers.Peer;
import dev.evenkeel.lb.benchmarks.peers.Subject;
import java.util.List;

/** gRPC-Java: the policies of its registry, under a channel of ours whose subchannels connect nowhere. */
public final class GrpcJava implements Peer {
    @Override
    public String name() {
        return "gRPC-Java";
    }

    @Override
    public List<Subject> subjects() {
        return List.of(
                new Subject("round_robin", Family.ROUND_ROBIN, false, true),
                new Subject("weighted_round_robin", Family.WEIGHTED_ROUND_ROBIN, true, true),
                new Subject("least_request_experimental", Family.POWER_OF_TWO, true, true));
    }

    @Override
    public Balancer balancer(Subject subject, int backends) throws Exception {
        return GrpcBalancer.of(subject, backends);
    }
}
