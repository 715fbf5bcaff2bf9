@NullMarked
package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import org.jspecify.annotations.NullMarked;
