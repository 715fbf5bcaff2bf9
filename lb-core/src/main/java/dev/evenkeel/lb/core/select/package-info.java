/** The policies: how one of the eligible backends is picked. */
@NullMarked
package dev.evenkeel.lb.core.select;

import org.jspecify.annotations.NullMarked;
