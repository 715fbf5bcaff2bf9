package dev.evenkeel.lb.api;

/**
 * What a backend has been given. The numbers are read one after the other, not as one.
 *
 * @param inFlight leases that are not completed yet
 * @param attempts leases given in all
 * @param failures leases that ended as a failure of the backend, or without reaching it
 * @param resends requests that the transport sent again by itself within an attempt, see {@link Lease#resent}
 */
public record BackendTraffic(int inFlight, long attempts, long failures, long resends) {
    /** Without resends. */
    public BackendTraffic(int inFlight, long attempts, long failures) {
        this(inFlight, attempts, failures, 0);
    }

    @Override
    public String toString() {
        return inFlight + " in flight, " + attempts + (attempts == 1 ? " attempt, " : " attempts, ") + failures
                + " failed" + (resends == 0 ? "" : ", " + resends + " sent again");
    }
}
