package dev.evenkeel.lb.api;

import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Where a balancer learns who its backends are, such as DNS or a file. Immutable, so one source may serve many balancers.
 *
 * <p>A source says the whole set each time, never a difference. What it says is an opinion of discovery and not an order: an
 * answer that is empty or failed leaves the last good set in force.
 */
public interface EndpointSource {
    /** Returns what stands in logs and errors, such as {@code dns orders.internal:8080}. */
    String name();

    /**
     * Starts to watch. Called once by each balancer that is built with this source; must not block, so the first
     * question is asked by a {@linkplain Discovery#schedule scheduled} task like every other.
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
         * Takes the whole set as it is now known. Returns at once; of sets that follow each other closely only the last may
         * be put in force. Of endpoints that are equal the first one counts. Ignored once the watch is closed.
         */
        void found(Collection<Endpoint> endpoints);

        /**
         * Takes note that the source could not be asked or gave no usable answer. The set stays, and the listeners are told.
         *
         * @param reason a phrase that can follow a colon, with the value and the rule where an answer broke one
         * @param cause what was thrown, or null
         */
        void failed(String reason, @Nullable Throwable cause);

        /**
         * Runs work once after a delay, on a daemon thread where it may block. What it throws counts as {@link
         * #failed}. Work of a watch that was closed is not begun any more.
         *
         * @return what keeps the work from beginning
         */
        Runnable schedule(Duration delay, Runnable work);

        /** Returns the balancer's monotonic clock, in nanoseconds; compare by subtraction only. */
        long nanos();
    }

    /** A source at work for one balancer. */
    interface Watch extends AutoCloseable {
        /**
         * Asks for an answer soon, because none of the backends is usable. The balancer limits the rate. Must not block; a source
         * that is told of every change by itself has nothing to do.
         */
        void refresh();

        /** Stops; later answers are ignored. Must not block. */
        @Override
        void close();
    }
}
