/** Armeria under the benchmark of Evenkeel's peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.armeria;

import org.jspecify.annotations.NullMarked;
