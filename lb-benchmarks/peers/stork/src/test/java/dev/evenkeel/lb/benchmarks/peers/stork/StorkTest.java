package dev.evenkeel.lb.benchmarks.peers.stork;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class StorkTest extends PeerContract {}
