@NullMarked
package dev.evenkeel.lb.benchmarks.peers.stork;

import org.jspecify.annotations.NullMarked;
