package dev.evenkeel.lb.benchmarks.peers;

/**
 * One policy of a peer.
 *
 * @param policy what its library calls it: {@code round_robin}
 * @param accounts whether a pick has a price beyond itself, because the library counts what is in flight or takes note of
 *     how an attempt ended; if not, {@link Balancer#attempt} is never called
 * @param marks whether single backends can be marked up and down; if not, {@link Balancer#mark} is never called
 */
public record Subject(String policy, Family family, boolean accounts, boolean marks) {}
