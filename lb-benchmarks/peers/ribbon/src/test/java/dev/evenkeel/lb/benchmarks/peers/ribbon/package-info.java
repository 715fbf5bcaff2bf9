@NullMarked
package dev.evenkeel.lb.benchmarks.peers.ribbon;

import org.jspecify.annotations.NullMarked;
