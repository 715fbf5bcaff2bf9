@NullMarked
package dev.evenkeel.lb.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
