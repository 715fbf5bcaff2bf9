package dev.evenkeel.lb.core.plan;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of the backends that one client uses, so that with many clients and many backends not every one has connections
 * to every other. Immutable. A set that is no larger than the subset is used whole.
 *
 * <p>By {@linkplain #of client id} each client draws its own part by <a
 * href="https://doi.org/10.1109/90.663936">rendezvous hashing</a>: a change of the set moves little, and the load is even
 * only on average. By {@linkplain #even client number} the parts are dealt out exactly evenly, as in <a
 * href="https://sre.google/sre-book/load-balancing-datacenter/">Site Reliability Engineering, chapter 20</a>, as long as
 * all clients know the same backends.
 *
 * @param size how many backends a client uses
 * @param clientId who this client is, or null if it has a number
 * @param clientIndex the number of this client, from 0
 * @param clientCount how many clients there are
 */
public record Subset(int size, @Nullable String clientId, int clientIndex, int clientCount) {
    /** Checks the values. */
    public Subset {
        if (size < 1) {
            throw new IllegalArgumentException("the size of a subset must be at least 1, was " + size);
        }
        if (clientId == null && (clientCount < 1 || clientIndex < 0 || clientIndex >= clientCount)) {
            throw new IllegalArgumentException("the number of a client must be 0 to the count of clients less 1, was "
                    + clientIndex + " of " + clientCount);
        }
    }

    /**
     * Returns a subset drawn by the client's id.
     *
     * @param clientId any text that differs from client to client and survives its restart, such as a host name
     */
    public static Subset of(int size, String clientId) {
        return new Subset(size, Objects.requireNonNull(clientId, "clientId"), 0, 1);
    }

    /** Returns a subset dealt out by the client's number, which survives its restart. */
    public static Subset even(int size, int clientIndex, int clientCount) {
        return new Subset(size, null, clientIndex, clientCount);
    }
}
