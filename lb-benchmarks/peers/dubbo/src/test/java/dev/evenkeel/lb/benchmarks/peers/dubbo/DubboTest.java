package dev.evenkeel.lb.benchmarks.peers.dubbo;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class DubboTest extends PeerContract {}
