/** What a pick, a lease and a balanced call cost, and what a pick must never say. */
@NullMarked
package dev.evenkeel.lb.benchmarks;

import org.jspecify.annotations.NullMarked;
