package dev.evenkeel.lb.evidence;

/**
 * How much was done.
 *
 * @param form {@code quick}, {@code full} or {@code smoke}
 * @param rounds that were run of the picks
 */
record Effort(String form, int rounds, Pace pace) {}
