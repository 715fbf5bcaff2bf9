/** Tests of the run and of the page. */
@NullMarked
package dev.evenkeel.lb.evidence;

import org.jspecify.annotations.NullMarked;
