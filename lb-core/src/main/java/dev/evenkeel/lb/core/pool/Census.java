package dev.evenkeel.lb.core.pool;

import java.util.List;

/**
 * The members and their gates at one moment: what a {@link Plan} is made from.
 *
 * @param flips the roster's count of flips then
 * @param entries who belonged, in the order in which they joined
 */
record Census(long flips, List<Entry> entries) {
    /** One member with the gates that were closed. */
    record Entry(Member member, int gates) {}
}
