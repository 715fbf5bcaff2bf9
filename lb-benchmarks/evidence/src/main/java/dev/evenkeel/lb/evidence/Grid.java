package dev.evenkeel.lb.evidence;

import java.util.List;
import java.util.Set;

/**
 * Which cells are measured. Shares of backends that are down are tried on one thread only.
 *
 * @param backends how many, on one thread
 * @param down the shares, for what can be marked down
 * @param shared what is measured where several threads pick from one balancer
 * @param attemptThreads that pick with accounting, with {@link #ATTEMPT_BACKENDS} backends and none down
 */
record Grid(List<Integer> backends, List<String> down, Shared shared, List<Integer> attemptThreads) {
    static final int ATTEMPT_BACKENDS = 10;

    /**
     * What several threads pick from, with none down.
     *
     * @param threads how many, each more than 1
     * @param families of which all policies are measured
     */
    record Shared(List<Integer> threads, List<Integer> backends, Set<Family> families) {
        boolean takes(Subject subject) {
            return families.contains(subject.family());
        }
    }
}
