package dev.evenkeel.lb.benchmarks.peers.grpc;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class GrpcJavaTest extends PeerContract {}
