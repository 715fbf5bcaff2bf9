/** SmallRye Stork under the benchmark of its peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.stork;

import org.jspecify.annotations.NullMarked;
