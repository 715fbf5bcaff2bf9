@NullMarked
package dev.evenkeel.lb.benchmarks.peers.vertx;

import org.jspecify.annotations.NullMarked;
