/** Netflix Ribbon under the benchmark of peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.ribbon;

import org.jspecify.annotations.NullMarked;
