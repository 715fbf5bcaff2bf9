@NullMarked
package dev.evenkeel.lb.benchmarks.peers.dubbo;

import org.jspecify.annotations.NullMarked;
