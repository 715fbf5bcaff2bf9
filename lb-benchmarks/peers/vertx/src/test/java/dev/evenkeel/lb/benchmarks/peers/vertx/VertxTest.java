package dev.evenkeel.lb.benchmarks.peers.vertx;

import dev.evenkeel.lb.benchmarks.peers.PeerContract;

final class VertxTest extends PeerContract {}
