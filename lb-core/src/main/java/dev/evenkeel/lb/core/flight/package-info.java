/** What a flight recording is told. Works without JFR, and then tells nothing. */
@NullMarked
package dev.evenkeel.lb.core.flight;

import org.jspecify.annotations.NullMarked;
