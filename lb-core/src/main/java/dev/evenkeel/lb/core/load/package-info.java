/** What the policies measure load by: what a backend is told of its own attempts, kept in a few words of memory. */
@NullMarked
package dev.evenkeel.lb.core.load;

import org.jspecify.annotations.NullMarked;
