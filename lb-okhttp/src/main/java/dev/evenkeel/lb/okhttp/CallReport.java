package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Tells of a call where it was made and how that went, also if it failed: give it to the request as a tag and read it during
 * or after the call.
 *
 * <pre>{@code
 * CallReport report = CallReport.create();
 * Request request = new Request.Builder().url("http://orders/").tag(CallReport.class, report).build();
 * }</pre>
 *
 * <p>One report is for one call. If several calls are made from a request, it tells of the attempts of all of them. Safe for
 * many threads. For a call that succeeds, its backend is also a tag of {@code response.request()}.
 */
public final class CallReport {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    private CallReport() {}

    /** Returns a report of no attempts so far. */
    public static CallReport create() {
        return new CallReport();
    }

    /**
     * One attempt as it is when asked.
     *
     * @param backend where it went
     * @param elapsed how long it took until the headers of the response came or it failed; until now if neither has happened
     * @param status of the response; 0 if there was none
     * @param outcome what the ending says of the backend; null until the body of the response is read or closed. The attempt
     *     that lost to a hedge is ignored
     */
    public record Tried(
            Backend backend,
            Duration elapsed,
            int status,
            @Nullable Outcome outcome) {}

    /** Returns all attempts in the order in which they were begun, also those that run. */
    public List<Tried> attempts() {
        return entries.stream().map(Entry::now).toList();
    }

    /** Returns the backend of the latest attempt, or null if there was none: no backend was usable, or none was asked for yet. */
    public @Nullable Backend backend() {
        Entry last = null;
        for (Entry entry : entries) {
            last = entry;
        }
        return last == null ? null : last.backend();
    }

    /** Notes that an attempt begins. Its lease is to be used in place of the given one. */
    Entry begun(Lease lease) {
        Entry entry = new Entry(lease);
        entries.add(entry);
        return entry;
    }

    @Override
    public String toString() {
        return attempts().toString();
    }

    /** A lease that remembers how it went. */
    static final class Entry implements Lease {
        private final Lease lease;
        private final long startNanos = System.nanoTime();

        // Guarded by this.
        private @Nullable Duration elapsed;
        private int status;
        private @Nullable Outcome outcome;

        Entry(Lease lease) {
            this.lease = lease;
        }

        @Override
        public Backend backend() {
            return lease.backend();
        }

        synchronized void status(int code) {
            status = code;
        }

        @Override
        public void answered(Outcome soFar) {
            stopClock();
            lease.answered(soFar);
        }

        @Override
        public void resent() {
            lease.resent();
        }

        @Override
        public boolean complete(Outcome how) {
            note(how);
            return lease.complete(how);
        }

        private synchronized void note(Outcome how) {
            stopClock();
            if (outcome == null) {
                outcome = how;
            }
        }

        private synchronized void stopClock() {
            if (elapsed == null) {
                elapsed = sinceStart();
            }
        }

        private Duration sinceStart() {
            return Duration.ofNanos(System.nanoTime() - startNanos);
        }

        private synchronized Tried now() {
            return new Tried(backend(), elapsed == null ? sinceStart() : elapsed, status, outcome);
        }

        @Override
        public String toString() {
            return lease.toString();
        }
    }
}
