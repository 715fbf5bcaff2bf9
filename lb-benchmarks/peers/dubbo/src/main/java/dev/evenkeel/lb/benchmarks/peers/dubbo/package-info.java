/** Apache Dubbo under the benchmark of peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.dubbo;

import org.jspecify.annotations.NullMarked;
