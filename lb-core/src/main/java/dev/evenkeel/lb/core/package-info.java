/** Puts a balancer together. May use every other package; none may use it. */
@NullMarked
package dev.evenkeel.lb.core;

import org.jspecify.annotations.NullMarked;
