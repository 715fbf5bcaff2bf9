package dev.evenkeel.lb.benchmarks.peers.armeria;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class ArmeriaTest extends PeerContract {}
