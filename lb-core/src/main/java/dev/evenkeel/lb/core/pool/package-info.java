/** Who belongs to a balancer, who of them may be used, and the pick itself. */
@NullMarked
package dev.evenkeel.lb.core.pool;

import org.jspecify.annotations.NullMarked;
