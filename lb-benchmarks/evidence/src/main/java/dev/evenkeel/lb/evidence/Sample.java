package dev.evenkeel.lb.evidence;

import java.util.List;

/**
 * One fork.
 *
 * @param nanos per operation, the mean of the iterations
 * @param bytes per operation that the fork allocated
 * @param iterations nanoseconds per operation of each
 */
record Sample(Cell cell, int round, double nanos, double bytes, List<Double> iterations) {}
