package dev.evenkeel.lb.api;

/**
 * How a drain with a deadline ended.
 *
 * @param endpoint the backend that was drained
 * @param end what ended the wait
 * @param inFlight how many leases on it were not completed then; 0 for {@link End#IDLE}
 */
public record DrainResult(Endpoint endpoint, End end, int inFlight) {
    /** What can end the wait. */
    public enum End {
        /** Nothing is in flight, and nothing will be until the drain is ended: the backend can be stopped. */
        IDLE,
        /** The deadline has passed. The backend stays drained, and its calls go on. */
        DEADLINE,
        /** An operator ended the drain, so the backend is used again. */
        RESUMED,
        /** The backend was removed from the set. Its calls go on. */
        REMOVED,
        /** The balancer was closed. */
        CLOSED
    }

    /** Returns a phrase such as {@code drain of http://a:8080 ended: DEADLINE with 3 in flight}. */
    @Override
    public String toString() {
        return "drain of " + endpoint + " ended: " + end + (inFlight == 0 ? "" : " with " + inFlight + " in flight");
    }
}
