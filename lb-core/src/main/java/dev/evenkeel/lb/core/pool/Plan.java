package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Selector;
import java.util.List;

/**
 * Who may be picked, decided off the path of a call. Immutable; published whole with one volatile write.
 *
 * @param version counts the plans; only rises
 * @param flips the roster's count of flips when this was decided
 * @param mask the gates that matter to a pick
 * @param selector picks among the eligible backends
 * @param eligible the backends the selector was made for
 */
record Plan(long version, long flips, int mask, Selector selector, List<Backend> eligible) {
    private static final Selector NOBODY = attempt -> null;

    /** The plan before any change was seen. */
    static final Plan EMPTY = new Plan(0, -1, Gate.ALL, NOBODY, List.of());

    /** Decides who may be picked. A pure function; the selector is still to be made. */
    static Plan of(long version, Census census) {
        int mask = Gate.ALL;
        List<Backend> eligible = census.entries().stream()
                .filter(entry -> (entry.gates() & mask) == 0)
                .<Backend>map(Census.Entry::member)
                .toList();
        return new Plan(version, census.flips(), mask, NOBODY, eligible);
    }

    /** The same plan with its selector. */
    Plan withSelector(Selector made) {
        return new Plan(version, flips, mask, made, eligible);
    }
}
