package dev.evenkeel.lb.benchmarks.peers.evenkeel;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class EvenkeelTest extends PeerContract {}
