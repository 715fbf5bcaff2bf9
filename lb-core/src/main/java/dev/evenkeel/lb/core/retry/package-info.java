/** How much may be made again on another backend: the rule, and the tokens that keep it. Knows no protocol. */
@NullMarked
package dev.evenkeel.lb.core.retry;

import org.jspecify.annotations.NullMarked;
