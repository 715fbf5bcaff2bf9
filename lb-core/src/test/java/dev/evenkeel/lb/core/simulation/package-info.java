/** The same traffic for every policy, in virtual time, on the real classes: what docs/policies.md shows. */
@NullMarked
package dev.evenkeel.lb.core.simulation;

import org.jspecify.annotations.NullMarked;
