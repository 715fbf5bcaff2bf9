/** The policies of gRPC-Java under the benchmark. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers.grpc;

import org.jspecify.annotations.NullMarked;
