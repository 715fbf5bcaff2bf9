/** Active probing: when to ask, and what the answers mean. And what traffic tells: who is an outlier, and for how long. */
@NullMarked
package dev.evenkeel.lb.core.health;

import org.jspecify.annotations.NullMarked;
