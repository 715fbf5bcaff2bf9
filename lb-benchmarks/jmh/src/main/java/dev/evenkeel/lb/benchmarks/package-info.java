/** What a pick and a lease cost, and what a pick must never say. */
@NullMarked
package dev.evenkeel.lb.benchmarks;

import org.jspecify.annotations.NullMarked;
