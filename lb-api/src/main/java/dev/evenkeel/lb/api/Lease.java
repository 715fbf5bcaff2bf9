package dev.evenkeel.lb.api;

/**
 * One backend, for one attempt. Whoever acquires a lease completes it, on every path, when the attempt has ended and
 * not merely when it has begun to answer: until then the backend counts it as in flight.
 *
 * <p>Safe to complete from any thread.
 */
public interface Lease {
    /** Returns the backend that the attempt goes to. */
    Backend backend();

    /**
     * Ends the lease and tells how the attempt went. Only the first call counts; later ones change nothing.
     *
     * @return whether this call was the one that ended the lease
     */
    boolean complete(Outcome outcome);
}
