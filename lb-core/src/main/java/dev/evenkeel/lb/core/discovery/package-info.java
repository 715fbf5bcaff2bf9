/** The sources of endpoints. How a balancer lives on one is in the membership package. */
@NullMarked
package dev.evenkeel.lb.core.discovery;

import org.jspecify.annotations.NullMarked;
