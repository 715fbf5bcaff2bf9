/** Vert.x under the benchmark of Evenkeel's peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.vertx;

import org.jspecify.annotations.NullMarked;
