package dev.evenkeel.lb.api;

import java.util.function.LongSupplier;
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
     * Returns the backend for an attempt.
     *
     * <p>The answer may have become ineligible since the selector was made; the balancer checks that and asks again or
     * searches on by itself. It may be of another group of the same balancer. An answer of null, of a backend that is not
     * the balancer's, or an exception costs no call either: the balancer searches on, and tells its listeners about it.
     * Nor is the answer used if the attempt {@linkplain Attempt#excludes excludes} it; a policy to which it matters who is
     * next looks for that by itself, and answers null if nobody is left.
     */
    @Nullable
    Backend select(Attempt attempt);

    /**
     * Returns how many attempts may be in flight on a backend, the one that is about to begin included. Asked once for
     * each pick; when the backend has no room left, the balancer goes on to another. Default: no limit.
     */
    default long room(Backend picked) {
        return Long.MAX_VALUE;
    }

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
         */
        Selector create(Candidates candidates);

        /**
         * Returns what is to be told about the attempts on a backend, or null if the policy has no use for it. Called once
         * for each backend that joins, before it is a candidate and by the same thread as {@link #create}; the answer
         * comes with the backend in every later set. Default: null.
         *
         * @param clock the balancer's monotonic clock in nanoseconds
         */
        default @Nullable Feedback feedback(Backend backend, LongSupplier clock) {
            return null;
        }

        /**
         * Tells whether attempts with the same key should go to the same backend. While a balancer splits its traffic
         * between groups it then also draws the same group for them; else each attempt draws anew. Default: no.
         */
        default boolean usesKeys() {
            return false;
        }

        /** Returns the name for logs and snapshots, in the field's words and lower case: {@code round-robin}. */
        String name();
    }
}
