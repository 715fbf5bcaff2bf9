package dev.evenkeel.lb.evidence;

import java.util.List;

/**
 * Which cells are measured. Shares of backends that are down are tried on one thread only.
 *
 * @param backends how many, on one thread
 * @param down the shares, for what can be marked down
 * @param threads that pick from one balancer
 * @param sharedBackends how many, on more than one thread
 * @param attemptThreads that pick with accounting, with {@link #ATTEMPT_BACKENDS} backends and none down
 */
record Grid(
        List<Integer> backends,
        List<String> down,
        List<Integer> threads,
        List<Integer> sharedBackends,
        List<Integer> attemptThreads) {
    static final int ATTEMPT_BACKENDS = 10;
}
