/** Evenkeel under the benchmark of its peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.evenkeel;

import org.jspecify.annotations.NullMarked;
