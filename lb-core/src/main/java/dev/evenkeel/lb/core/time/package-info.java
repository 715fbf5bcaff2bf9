/** Time as a parameter: the clock, the timer and the threads, and a set of them that is turned by hand. */
@NullMarked
package dev.evenkeel.lb.core.time;

import org.jspecify.annotations.NullMarked;
