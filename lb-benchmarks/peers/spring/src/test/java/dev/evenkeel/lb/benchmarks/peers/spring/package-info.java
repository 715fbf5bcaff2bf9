@NullMarked
package dev.evenkeel.lb.benchmarks.peers.spring;

import org.jspecify.annotations.NullMarked;
