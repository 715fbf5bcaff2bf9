package dev.evenkeel.lb.core.membership;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watch of a source, from its beginning to its end, with the one door through which the source's code is called. */
final class Watching implements EndpointSource.Discovery {
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String balancer;
    private final Clockwork clockwork;
    private final Answers answers;
    private final Runnable told;
    private final SourceTasks tasks;

    /** Null until the watch has begun. Guarded by this. */
    private EndpointSource.@Nullable Watch watch;

    /** Written under this. */
    private volatile boolean closed;

    /**
     * @param told runs after each answer, on the thread that gave it
     */
    Watching(String balancer, Clockwork clockwork, Answers answers, Runnable told) {
        this.balancer = balancer;
        this.clockwork = clockwork;
        this.answers = answers;
        this.told = told;
        this.tasks = new SourceTasks(clockwork, e -> failed("it threw " + words(e), e));
    }

    /** Begins the watch. Returns whether it did; if not, this is closed. */
    boolean begin(EndpointSource source) {
        try {
            EndpointSource.Watch begun =
                    Objects.requireNonNull(source.watch(this), "watch must return a watch, returned null");
            if (!keep(begun)) {
                end(begun); // closed while it began
            }
            return true;
        } catch (Throwable e) {
            failed("it cannot be watched: " + words(e), e);
            close();
            return false;
        }
    }

    private synchronized boolean keep(EndpointSource.Watch begun) {
        if (!closed) {
            watch = begun;
        }
        return !closed;
    }

    private synchronized EndpointSource.@Nullable Watch watch() {
        return watch;
    }

    /** Asks the source for an answer. */
    void refresh() {
        EndpointSource.Watch open = watch();
        if (open == null) {
            return;
        }
        try {
            open.refresh();
        } catch (Throwable e) {
            failed("it threw " + words(e) + " when it was asked again", e);
        }
    }

    @Override
    public String balancer() {
        return balancer;
    }

    @Override
    public void found(Collection<Endpoint> endpoints) {
        if (endpoints.isEmpty()) {
            failed("it found no endpoint", null);
        } else {
            declared(endpoints);
        }
    }

    @Override
    public void declared(Collection<Endpoint> endpoints) {
        List<Endpoint> whole = List.copyOf(endpoints);
        if (!closed) {
            answers.set(whole);
            told.run();
        }
    }

    @Override
    public void failed(String reason, @Nullable Throwable cause) {
        if (!closed) {
            answers.failed(reason, cause);
            told.run();
        }
    }

    @Override
    public Runnable schedule(Duration delay, Runnable work) {
        return tasks.schedule(delay, Objects.requireNonNull(work, "work"));
    }

    @Override
    public long nanos() {
        return clockwork.ticker().nanos();
    }

    /** Ends the watch. Closing again changes nothing. */
    void close() {
        EndpointSource.Watch open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = watch;
            watch = null;
        }
        tasks.close();
        if (open != null) {
            end(open);
        }
    }

    private void end(EndpointSource.Watch open) {
        try {
            open.close();
        } catch (Throwable e) {
            log.error("{}: the watch of its source failed to close", balancer, e);
        }
    }

    /** The words are the source's too, and can throw. */
    private static String words(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (Throwable e) {
            return thrown.getClass().getName();
        }
    }
}
