@NullMarked
package dev.evenkeel.lb.benchmarks.peers.grpc;

import org.jspecify.annotations.NullMarked;
