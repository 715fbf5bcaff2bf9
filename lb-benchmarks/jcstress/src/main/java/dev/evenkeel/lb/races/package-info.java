/** The races of a pick, stated, with the algorithms that lose them beside ours. */
@NullMarked
package dev.evenkeel.lb.races;

import org.jspecify.annotations.NullMarked;
