/**
 * Runs what measures us and the peers in turns, keeps every sample as JSON, and draws the page of results from that and
 * from nothing else.
 */
@NullMarked
package dev.evenkeel.lb.evidence;

import org.jspecify.annotations.NullMarked;
