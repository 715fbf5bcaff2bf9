package dev.evenkeel.lb.benchmarks.peers.spring;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class SpringCloudTest extends PeerContract {}
