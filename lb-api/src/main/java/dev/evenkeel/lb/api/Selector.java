package dev.evenkeel.lb.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks one of the backends it was made for. Safe for many threads.
 *
 * <p>A selector belongs to one set of eligible backends and never changes; when the set changes, the balancer asks its
 * {@link Factory} for another one. It runs on the caller's thread for every call, so it must not block and should not
 * allocate.
 */
@FunctionalInterface
public interface Selector {
    /**
     * Returns the backend for the next attempt.
     *
     * <p>The answer may have become ineligible since the selector was made; the balancer checks that and asks again or
     * searches on by itself. An answer of null, of a backend that is not of the set, or an exception costs no call
     * either: the balancer searches on, and tells its listeners about it.
     */
    @Nullable
    Backend select();

    /**
     * A policy: makes a {@link Selector} for each set of eligible backends in turn.
     *
     * <p>What has to survive a change of the set, such as the cursor of a round robin, is kept here. One factory
     * therefore serves one balancer.
     */
    interface Factory {
        /**
         * Makes a selector for one set. Called by one thread at a time, which may be any: the timer's, that of a
         * method which changes the set, or that of a call that could not connect. So it must not block.
         *
         * @param eligible the backends that may be used, in a stable order; never empty, immutable
         */
        Selector create(List<Backend> eligible);

        /** Returns the name for logs and snapshots, in the field's words and lower case: {@code round-robin}. */
        String name();
    }
}
