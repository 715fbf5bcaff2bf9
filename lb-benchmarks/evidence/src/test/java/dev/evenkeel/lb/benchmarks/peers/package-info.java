/** Stand-ins for the programs of a peer, by the same names and arguments. */
@NullMarked
package dev.evenkeel.lb.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
