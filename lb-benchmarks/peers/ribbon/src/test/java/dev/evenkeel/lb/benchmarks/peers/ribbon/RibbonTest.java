package dev.evenkeel.lb.benchmarks.peers.ribbon;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class RibbonTest extends PeerContract {}
