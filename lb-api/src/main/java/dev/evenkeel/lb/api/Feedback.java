package dev.evenkeel.lb.api;

/**
 * What a policy learns about one backend from the attempts on it. The balancer calls it from the threads of the calls, so
 * it must be safe for many threads, must not block and should not allocate. What it throws is told once and costs no call.
 *
 * <p>Each attempt is begun once and then ended once, and answered at most once in between.
 */
public interface Feedback {
    /**
     * An attempt begins.
     *
     * @return a mark that comes back with the other calls for the same attempt, such as the time
     */
    long begun();

    /**
     * The backend has begun to answer; the body may go on for long.
     *
     * @param mark what {@link #begun} returned
     * @param soFar how the attempt looks by now, such as a failure for a status of 500
     */
    void answered(long mark, Outcome.Kind soFar);

    /**
     * The attempt has ended.
     *
     * @param mark what {@link #begun} returned
     * @param outcome how it ended
     * @param answered whether {@link #answered} was called for it
     */
    void ended(long mark, Outcome.Kind outcome, boolean answered);
}
