package dev.evenkeel.lb.api;

/**
 * What a backend has been given. The numbers are read one after the other, not as one.
 *
 * @param inFlight leases that are not completed yet
 * @param attempts leases given in all
 * @param failures leases that ended as a failure of the backend, or without reaching it
 */
public record BackendTraffic(int inFlight, long attempts, long failures) {
    @Override
    public String toString() {
        return inFlight + " in flight, " + attempts + (attempts == 1 ? " attempt, " : " attempts, ") + failures
                + " failed";
    }
}
