/** Active probing: when to ask, and what the answers mean. */
@NullMarked
package dev.evenkeel.lb.core.health;

import org.jspecify.annotations.NullMarked;
