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
     * Tells that the backend has begun to answer, such as with the headers of a response whose body is still to come. A
     * policy that goes by latency takes this moment; without the call it takes the end. Only the first call counts, and only
     * before the lease is complete.
     *
     * @param soFar how the attempt looks by now
     */
    void answered(Outcome soFar);

    /**
     * Tells that the transport sent the request to the backend once more by itself, within this attempt. It is counted in
     * {@link BackendTraffic#resends} and changes nothing else.
     */
    void resent();

    /**
     * Ends the lease and tells how the attempt went. Only the first call counts; later ones change nothing.
     *
     * @return whether this call was the one that ended the lease
     */
    boolean complete(Outcome outcome);
}
