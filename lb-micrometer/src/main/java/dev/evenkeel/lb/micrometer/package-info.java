/** Meters of a balancer. */
@NullMarked
package dev.evenkeel.lb.micrometer;

import org.jspecify.annotations.NullMarked;
