package dev.evenkeel.lb.core.pool;

/**
 * What every pick looks at of a {@link Member}. The fields of a superclass lie before those of the subclass, so these two
 * share a cache line; among the others they would mostly be on two, and a pick of many backends would wait for memory twice.
 */
abstract sealed class Gated permits Member {
    /** Whose member this is; tells a backend of another balancer apart. */
    final Roster roster;

    /** One bit per {@link Gate}; 0 means eligible. Written under the roster's lock. */
    volatile int gates;

    Gated(Roster roster, int gates) {
        this.roster = roster;
        this.gates = gates;
    }
}
