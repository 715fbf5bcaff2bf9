package dev.evenkeel.lb.core.pool;

import java.util.List;

/**
 * The members and their gates at one moment: what a {@link Plan} is made from.
 *
 * @param flips the roster's count of flips then
 * @param now the moment, on the monotonic clock
 * @param members who belonged, in the order in which they joined
 * @param standings the same, in the same order, with their gates
 * @param trials the trials of those that are half-open
 */
record Census(long flips, long now, List<Member> members, List<Standing> standings, List<Trial> trials) {}
