package dev.evenkeel.lb.api;

/**
 * One server of a pool as it is now: a live view, safe to read from any thread. Two reads may differ.
 *
 * <p>A balancer keeps one backend object per {@linkplain Endpoint endpoint} for as long as the endpoint belongs to it,
 * across every update of the set.
 */
public interface Backend {
    /** Returns where this backend answers. The place never changes; the weight may. */
    Endpoint endpoint();

    /** Returns the weight to select by, at least 1. */
    int weight();

    /** Returns how many leases on this backend are not completed yet. Never negative. */
    int inFlight();

    /** Tells whether this backend may be given traffic at this moment. */
    boolean isEligible();
}
