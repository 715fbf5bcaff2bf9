package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class ServiceTalkTest extends PeerContract {}
