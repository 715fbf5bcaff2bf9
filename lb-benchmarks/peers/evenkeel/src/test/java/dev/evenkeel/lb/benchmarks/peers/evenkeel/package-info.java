@NullMarked
package dev.evenkeel.lb.benchmarks.peers.evenkeel;

import org.jspecify.annotations.NullMarked;
