/** Spring Cloud LoadBalancer under the benchmark of its peers. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.spring;

import org.jspecify.annotations.NullMarked;
