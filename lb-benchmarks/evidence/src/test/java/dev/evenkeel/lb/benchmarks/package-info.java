/** Stand-ins for the programs that measure us, by the same names and arguments. */
@NullMarked
package dev.evenkeel.lb.benchmarks;

import org.jspecify.annotations.NullMarked;
