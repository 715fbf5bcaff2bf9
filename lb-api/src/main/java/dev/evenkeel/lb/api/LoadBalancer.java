package dev.evenkeel.lb.api;

import java.util.Collection;
import java.util.List;

/**
 * Knows the backends of one service and gives each attempt a live one, or says at once that there is none.
 *
 * <p>Every method may be called from any thread, from a listener and from a policy. A method that changes the set
 * returns when the change is in force for every later {@link #acquire(Attempt)}; called from a policy, it returns at once and
 * the change follows. Each method that names an endpoint throws {@link IllegalArgumentException} for one that is not
 * (or, for {@link #add}, already is) a backend here, and {@link IllegalStateException} once the balancer is closed.
 *
 * <p>The backends of a balancer that was built on an {@link EndpointSource} are what the source says. There {@link #add},
 * {@link #remove} and {@link #replace} throw {@link IllegalStateException}, since the next update would undo them; {@link
 * #drain} works, and lasts also while the source does not name the endpoint.
 */
public interface LoadBalancer extends AutoCloseable {
    /** Returns the name of the service, as it stands in logs and errors, and for OkHttp in the URL. */
    String name();

    /**
     * Picks a backend for one attempt. Opens no connection and waits for nobody; it takes a short lock only when three
     * searches of the whole pool in a row were overtaken by changes.
     *
     * @param attempt what the policy may know of it
     * @return a lease that the caller must {@linkplain Lease#complete complete}
     * @throws NoBackendAvailableException if no backend is usable; it tells why, backend by backend. A {@link
     *     BackendsSaturatedException} if those that are usable are all at their limit
     */
    Lease acquire(Attempt attempt) throws NoBackendAvailableException;

    /** Picks a backend for an attempt of which nothing is known, see {@link #acquire(Attempt)}. */
    default Lease acquire() throws NoBackendAvailableException {
        return acquire(Attempt.PLAIN);
    }

    /** Adds a backend. One that was removed and still has calls in flight comes back with its state. */
    void add(Endpoint endpoint);

    /** Removes a backend. It gets no new call; its calls in flight go on, and it is told as gone when they have ended. */
    void remove(Endpoint endpoint);

    /**
     * Makes the given endpoints the whole set. Those that are known keep their health and counters and take over the
     * given weight, unknown ones are added, missing ones are removed. An empty collection leaves no backend.
     *
     * @throws IllegalArgumentException if an endpoint is given twice; nothing is changed then
     */
    void replace(Collection<Endpoint> endpoints);

    /** Takes a backend out of rotation until {@link #resume}, whatever its health. Its calls in flight go on. */
    void drain(Endpoint endpoint);

    /**
     * Ends a {@linkplain #drain drain}. The backend is used again if its health allows. With a source also for a drained
     * backend that the source has dropped: it will not be drained when it comes back.
     */
    void resume(Endpoint endpoint);

    /** Returns the whole state now, as values. */
    LoadBalancerSnapshot snapshot();

    /**
     * Returns the latest events, the oldest first: what has become of which backend, when and why. They are kept whether
     * listeners hear them or not, up to a bounded number. Left out are plans, of which there are many, and an event that says
     * the same as the one before it, so that the first one tells since when.
     */
    default List<LoadBalancerEvent> history() {
        return snapshot().history();
    }

    /** Adds a listener for all later events. */
    void addListener(LoadBalancerListener listener);

    /**
     * Has an action run once when the balancer is closed, on the thread that closes it, so it should be short; at once
     * if the balancer is closed already. What it throws is logged. Unlike the event, it waits for no listener.
     */
    void onClose(Runnable action);

    /**
     * Stops probing and gives up every thread, timer and socket. Later calls of {@link #acquire(Attempt)} fail; leases that
     * are out may still be completed. Closing again changes nothing. Does not wait for threads to end.
     */
    @Override
    void close();
}
