/** How a balancer lives on a source of endpoints: what it takes over, when, and when it asks. */
@NullMarked
package dev.evenkeel.lb.core.membership;

import org.jspecify.annotations.NullMarked;
