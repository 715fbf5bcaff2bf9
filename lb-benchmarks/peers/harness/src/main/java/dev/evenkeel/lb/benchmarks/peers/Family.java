package dev.evenkeel.lb.benchmarks.peers;

/** What a policy does, whatever its library calls it. Only policies of one family are compared. */
public enum Family {
    /** Takes turns. */
    ROUND_ROBIN,

    /** Takes turns by weight. */
    WEIGHTED_ROUND_ROBIN,

    /** Draws one. */
    RANDOM,

    /** Draws a few, mostly two, and takes the one with less in flight. */
    POWER_OF_TWO,

    /** Looks at all and takes the one with the least in flight. */
    LEAST,

    /** Goes by how long they take. */
    LATENCY,

    /** Takes the one that a key belongs to. */
    CONSISTENT_HASH,

    /** Takes the same one for the same caller. */
    STICKY;

    /** Returns the weight that a backend has under a policy of this family: 1 to 4 if it goes by weight, else 1. */
    public int weight(int backend) {
        return this == WEIGHTED_ROUND_ROBIN ? 1 + backend % 4 : 1;
    }

    /** Tells whether all picks with one key go to one backend, so that shares cannot be even. */
    public boolean goesByKey() {
        return this == CONSISTENT_HASH || this == STICKY;
    }
}
