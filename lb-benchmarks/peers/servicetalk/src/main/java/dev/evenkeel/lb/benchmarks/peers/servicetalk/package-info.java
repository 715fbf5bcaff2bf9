/** The load balancer of ServiceTalk under the benchmark. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.servicetalk;

import org.jspecify.annotations.NullMarked;
