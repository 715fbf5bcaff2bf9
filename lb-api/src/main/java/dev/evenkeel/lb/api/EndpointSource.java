package dev.evenkeel.lb.api;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Where a balancer learns who its backends are, such as DNS or a file. Safe for many threads; one source may serve many
 * balancers, each with a watch of its own.
 *
 * <p>A source says the whole set each time, never a difference. What it {@linkplain Discovery#found found} is an opinion and
 * not an order: an answer that is empty or failed leaves the last good set in force. What somebody {@linkplain
 * Discovery#declared declared} is an order, and may leave no backend.
 */
public interface EndpointSource {
    /** Returns what stands in logs and errors, such as {@code dns orders.internal:8080}. */
    String name();

    /**
     * Starts to watch. Called by each balancer that is built with this source; must not block, so the first question is
     * asked by a {@linkplain Discovery#schedule scheduled} task like every other. What is known without asking may be told
     * from in here, and is then in force when the balancer is built. If this throws, the balancer is built all the same,
     * tells of it, drops what was scheduled, and calls again 5 s later.
     *
     * @param discovery where the answers go, and what makes time pass
     * @return what the balancer keeps until it is closed
     */
    Watch watch(Discovery discovery);

    /** A balancer that wants to know its backends. Safe for many threads. */
    interface Discovery {
        /** Returns the balancer's name. */
        String balancer();

        /**
         * Takes the whole set as it is now known. Returns at once; at most ten sets a second are put in force, and of those
         * that follow each other more closely only the last. Of endpoints that are equal the first one counts. An empty set
         * changes nothing and counts as {@linkplain #failed failed}. Ignored once the watch is closed.
         */
        void found(Collection<Endpoint> endpoints);

        /**
         * Takes the whole set as somebody decided it, not discovered it. As {@link #found}, except that an empty set is
         * obeyed and leaves no backend.
         */
        void declared(Collection<Endpoint> endpoints);

        /**
         * Takes note that the source could not be asked or gave no usable answer. The set stays, and the listeners are told
         * when this begins and, by the next set, when it ends; not each time. Ignored once the watch is closed.
         *
         * @param reason a phrase that can follow a colon, with the value and the rule where an answer broke one
         * @param cause what was thrown, or null
         */
        void failed(String reason, @Nullable Throwable cause);

        /**
         * Runs work once after a delay, on a daemon thread where it may block. What it throws counts as {@link
         * #failed}. Work of a watch that was closed is not begun any more, and interrupted if it has begun. At most 16
         * pieces run at a time; others that are due wait, the oldest first.
         *
         * @param delay zero or less means as soon as possible
         * @return what keeps the work from beginning; once it has begun, nothing happens
         * @throws IllegalStateException if 1,000 pieces of work wait already
         */
        Runnable schedule(Duration delay, Runnable work);

        /** Returns the balancer's monotonic clock, in nanoseconds; compare by subtraction only. */
        long nanos();
    }

    /** A source at work for one balancer. */
    interface Watch extends AutoCloseable {
        /**
         * Asks for an answer soon, because none of the backends is usable. The balancer asks at most once in 5 s, and as
         * long as that stays so. Must not block; a source that is told of every change by itself has nothing to do. What
         * it throws counts as {@link Discovery#failed}.
         */
        void refresh();

        /** Stops; later answers are ignored. Must not block. Called once. What it throws is logged. */
        @Override
        void close();
    }
}
