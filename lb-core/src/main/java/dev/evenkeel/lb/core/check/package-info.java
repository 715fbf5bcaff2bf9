/** The health checkers that need nothing but the JDK. */
@NullMarked
package dev.evenkeel.lb.core.check;

import org.jspecify.annotations.NullMarked;
