package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.core.health.Probe.Stage;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The due probes in line for a thread, and the threads they have. Guarded by the prober's lock.
 *
 * <p>A probe whose verdict fell without its answer gives up its place at once but may keep its thread: it is stuck until
 * that ends. Of one endpoint there is at most one stuck probe, because no other starts beside it, and of all endpoints
 * at most {@link #MOST_STUCK} and what runs when that number is reached.
 */
final class Line {
    /** Beyond this many stuck threads, which only a checker deaf to interrupts can bring about, no probe starts. */
    static final int MOST_STUCK = 1_000;

    private final int places;
    private final Queue<Probe> waiting = new ArrayDeque<>();
    private final Map<Endpoint, Probe> stuck = new HashMap<>();
    private int running;

    Line(int places) {
        this.places = places;
    }

    /** Puts a due probe at the end. */
    void add(Probe probe) {
        probe.stage = Stage.QUEUED;
        waiting.add(probe);
    }

    /** Returns the longest waiting probe with a place to run in, or null if there is no place or no probe. */
    @Nullable
    Probe admit() {
        while (running < places && stuck.size() < MOST_STUCK) {
            Probe probe = waiting.poll();
            if (probe == null) {
                return null;
            }
            // Its target may have left while it waited.
            if (probe.target.probe == probe) {
                probe.stage = Stage.RUNNING;
                running++;
                return probe;
            }
        }
        return null;
    }

    /** Frees the place of a probe that has answered. */
    void answered() {
        running--;
    }

    /** Frees the place of a probe that has not answered. Its thread may be busy for ever. */
    void gaveUp(Probe probe) {
        running--;
        stuck.put(probe.endpoint, probe);
    }

    /** Takes note that a thread has ended and returns whether it was stuck. */
    boolean unstuck(Probe probe) {
        return stuck.remove(probe.endpoint, probe);
    }

    boolean isStuck(Probe probe) {
        return stuck.get(probe.endpoint) == probe;
    }

    boolean isBlocked(Endpoint endpoint) {
        return stuck.containsKey(endpoint);
    }

    /** Returns the probes that are stuck at this moment. */
    Collection<Probe> stuck() {
        return List.copyOf(stuck.values());
    }
}
