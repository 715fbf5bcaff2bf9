/**
 * The sources of endpoints that need only the JDK, and {@link dev.evenkeel.lb.core.discovery.Polling} for those of one's own.
 * How a balancer lives on one is in the membership package.
 */
@NullMarked
package dev.evenkeel.lb.core.discovery;

import org.jspecify.annotations.NullMarked;
