package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.Endpoint;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that an operator drained and that a source has dropped since, so that they come back drained. Bounded: of
 * too many the one that has been away longest is forgotten. Guarded by the roster's lock.
 */
final class DrainMemory {
    /** Each one was drained by hand, and a hundred bytes are little. */
    static final int CAPACITY = 1_024;

    private final Set<Endpoint> away = new LinkedHashSet<>();

    /** Keeps an endpoint; returns the one that was forgotten for it, or null. */
    @Nullable
    Endpoint keep(Endpoint endpoint) {
        away.add(endpoint);
        if (away.size() <= CAPACITY) {
            return null;
        }
        Endpoint oldest = away.iterator().next();
        away.remove(oldest);
        return oldest;
    }

    /** Forgets an endpoint; returns whether it was known. */
    boolean take(Endpoint endpoint) {
        return away.remove(endpoint);
    }
}
