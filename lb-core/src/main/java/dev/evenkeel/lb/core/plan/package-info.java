/** What may be told to the plan: subset, tiers, zone, panic threshold, slow start. Values only; the stages are in the pool. */
@NullMarked
package dev.evenkeel.lb.core.plan;

import org.jspecify.annotations.NullMarked;
