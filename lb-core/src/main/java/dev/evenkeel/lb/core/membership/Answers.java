package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.api.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source has said since it was last looked at. Holds one set at most, the newest, however many come. Safe for many
 * threads.
 */
final class Answers {
    /** Enough for a sentence that quotes a line of a file. What a server sends must not fill the log. */
    private static final int LONGEST_REASON = 400;

    /** Guarded by this. */
    private @Nullable List<Endpoint> newest;

    /** Guarded by this. */
    private @Nullable Failure failure;

    /** Guarded by this. */
    private boolean isNews;

    /** Why the last answer was of no use. */
    record Failure(String reason, @Nullable Throwable cause) {}

    /**
     * What is new.
     *
     * @param set the newest usable set, or null if there was none since
     * @param failure why the last answer was of no use, or null if it was usable
     */
    record News(@Nullable List<Endpoint> set, @Nullable Failure failure) {}

    synchronized void set(List<Endpoint> endpoints) {
        newest = endpoints;
        failure = null;
        isNews = true;
    }

    /** Takes note of a failure. A usable set that came before it still counts. */
    void failed(String reason, @Nullable Throwable cause) {
        Failure made = new Failure(tidy(reason), cause);
        synchronized (this) {
            failure = made;
            isNews = true;
        }
    }

    synchronized boolean isNews() {
        return isNews;
    }

    synchronized News take() {
        News news = new News(newest, failure);
        newest = null;
        isNews = false;
        return news;
    }

    private static String tidy(String reason) {
        String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "...";
    }
}
