package dev.evenkeel.lb.api;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

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
     * Takes a backend out of rotation as {@link #drain(Endpoint)} does, and tells when it has nothing in flight any more, so
     * that it can be stopped. When this returns, no new attempt begins on it.
     *
     * <p>The deadline ends the wait, not the drain: the backend stays out of rotation until {@link #resume}. Draining a backend
     * that is drained already starts one more wait with a deadline of its own, and if nothing is in flight it is over at once.
     *
     * @param deadline how long to wait, more than 0 and at most 366 days
     * @param whenOver called exactly once for each call of this method that does not throw, on a daemon thread that no listener
     *     runs on, outside every lock. One that blocks delays only others of its kind; what it throws is logged
     * @throws IllegalArgumentException if the deadline is out of range
     */
    void drain(Endpoint endpoint, Duration deadline, Consumer<? super DrainResult> whenOver);

    /**
     * Ends a {@linkplain #drain drain}. The backend is used again if its health allows. With a source also for a drained
     * backend that the source has dropped: it will not be drained when it comes back.
     */
    void resume(Endpoint endpoint);

    /**
     * Waits until an attempt can be given a backend that is known to be good: one that is eligible, and if health is probed, whose
     * last probe has passed. So with an optimistic start it waits for the first probe that passes, and with a pessimistic one
     * for the first backend to come into rotation, which is the same. A panic threshold plays no part.
     *
     * <p>For the start of a program, by any number of threads. On a {@code ManualTime} the timeout passes only as the clock is
     * turned, by another thread; with a timeout of 0 nothing waits.
     *
     * @param timeout 0, which only looks, to 366 days
     * @return true as soon as there is such a backend, false if there was none until the timeout
     * @throws IllegalArgumentException if the timeout is out of range
     * @throws IllegalStateException if the balancer is closed, or is closed meanwhile
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    boolean awaitReady(Duration timeout) throws InterruptedException;

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
     * Has an action run whenever a backend goes out of service: it goes down, it is ejected, its drain has come to an end (nothing is in flight
     * any more, or the deadline has passed), or it was removed and its last call has ended. It is where a client lets go
     * of what it keeps for a backend, such as idle connections.
     *
     * <p>Actions run in order on one daemon thread, on which no listener runs, outside every lock. They should be short: one
     * that blocks delays the others, and when thousands wait for it, later ones are dropped and that is logged. What an
     * action throws is logged. By the time it runs, the backend may be in service again. It does not run at the close, see
     * {@link #onClose}.
     *
     * @return what ends this registration; running it again changes nothing
     */
    Runnable onOutOfService(Consumer<? super Endpoint> action);

    /**
     * Stops probing and gives up every thread, timer and socket. Later calls of {@link #acquire(Attempt)} fail; leases that
     * are out may still be completed. Closing again changes nothing. Does not wait for threads to end.
     */
    @Override
    void close();
}
