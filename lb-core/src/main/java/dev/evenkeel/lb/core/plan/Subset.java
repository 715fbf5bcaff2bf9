package dev.evenkeel.lb.core.plan;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of the backends that one client uses, so that with many clients and many backends not every one has connections
 * to every other. Immutable. A set that is no larger than the subset is used whole.
 *
 * <p>By {@linkplain #of client id} each client draws its own part by <a
 * href="https://doi.org/10.1109/90.663936">rendezvous hashing</a> (Thaler and Ravishankar): a backend that comes or goes
 * changes at most one place of a subset, and the load is even only on average. By {@linkplain #even client number} the
 * parts are dealt out evenly, after <a href="https://sre.google/sre-book/load-balancing-datacenter/">Site Reliability
 * Engineering, chapter 20</a>: as long as all clients know the same backends and all are up, two backends differ by one
 * client at most, and the clients of one round share no backend. A change of the set then deals anew.
 *
 * <p>Health comes second: a subset grows past those that are down until {@code size} usable ones are in, or all are, and
 * shrinks again when they are back. In panic it does not grow past those that are down, or every client would connect to
 * every backend. Weights play no part in the draw, and draining backends keep their place until they leave.
 *
 * <p>With tiers, each tier has a subset of this size, so that a client has where to fail over to; it connects to that of a
 * lower tier only when the better ones run short. When they do is decided by the whole tier and not by one client's part
 * of it. The zone preference then works within the subset: with three zones choose a size that lets every zone have a few.
 *
 * @param size how many usable backends a client has, in each tier
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
        if (clientId != null && clientId.isBlank()) {
            throw new IllegalArgumentException("a client id must not be blank, was \"" + clientId + "\"");
        }
        if (clientId == null && (clientCount < 1 || clientIndex < 0 || clientIndex >= clientCount)) {
            throw new IllegalArgumentException("the number of a client must be 0 to the count of clients less 1, was "
                    + clientIndex + " of " + clientCount);
        }
    }

    /**
     * Returns a subset drawn by the client's id.
     *
     * @param clientId any text that differs from client to client and survives its restart, such as a host name; not
     *     blank
     */
    public static Subset of(int size, String clientId) {
        return new Subset(size, Objects.requireNonNull(clientId, "clientId"), 0, 1);
    }

    /**
     * Returns a subset dealt out by the client's number, which survives its restart. A count that grows or shrinks moves
     * nothing for the clients that stay.
     */
    public static Subset even(int size, int clientIndex, int clientCount) {
        return new Subset(size, null, clientIndex, clientCount);
    }
}
