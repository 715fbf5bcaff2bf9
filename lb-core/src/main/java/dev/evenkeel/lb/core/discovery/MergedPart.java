package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.api.EndpointSource.Discovery;
import dev.evenkeel.lb.api.EndpointSource.Watch;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One of the sources of a merge, and what it has said last. One that cannot be watched is tried again after 5 s. */
final class MergedPart {
    private static final Duration NEXT_TRY = Duration.ofSeconds(5);

    private final Merge merge;
    private final Discovery discovery;
    private final EndpointSource source;
    private final String name;
    private final int room;
    private final AtomicInteger waiting = new AtomicInteger();

    // Guarded by the merge.
    private List<Endpoint> known = List.of();
    private @Nullable Failure failure;
    private boolean answered;
    private @Nullable Hearing hearing;
    private @Nullable Watch watch;
    private boolean closed;

    record Failure(String reason, @Nullable Throwable cause) {}

    /**
     * @param room how much work may wait
     */
    MergedPart(Merge merge, Discovery discovery, EndpointSource source, int room) {
        this.merge = merge;
        this.discovery = discovery;
        this.source = source;
        this.name = source.name();
        this.room = room;
    }

    String name() {
        return name;
    }

    /** Returns its last good endpoints. Called under the lock, like the next two. */
    List<Endpoint> known() {
        return known;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    boolean hasAnswered() {
        return answered;
    }

    void begin() {
        Hearing fresh = new Hearing();
        synchronized (merge) {
            if (closed) {
                return;
            }
            hearing = fresh;
        }
        Watch begun;
        try {
            begun = source.watch(fresh);
        } catch (Throwable e) {
            fresh.failed("cannot be watched", e);
            synchronized (merge) {
                fresh.over = true;
            }
            discovery.schedule(NEXT_TRY, this::begin);
            return;
        }
        keep(begun);
    }

    private void keep(Watch begun) {
        synchronized (merge) {
            if (!closed) {
                watch = begun;
                return;
            }
        }
        begun.close();
    }

    private @Nullable Watch watch() {
        synchronized (merge) {
            return watch;
        }
    }

    void refresh() {
        Watch current = watch();
        if (current != null) {
            current.refresh();
        }
    }

    void close() {
        Watch last;
        synchronized (merge) {
            closed = true;
            last = watch;
            if (hearing != null) {
                hearing.over = true;
            }
        }
        if (last != null) {
            last.close();
        }
    }

    /** The balancer, as this source sees it from one call of {@code watch} on. */
    private final class Hearing implements Discovery {
        /** Guarded by the merge. A source that threw, or was closed, is not heard any more. */
        private boolean over;

        private boolean isOver() {
            synchronized (merge) {
                return over;
            }
        }

        @Override
        public String balancer() {
            return discovery.balancer();
        }

        @Override
        public void found(Collection<Endpoint> endpoints) {
            if (endpoints.isEmpty()) {
                failed("found no endpoint", null);
            } else {
                update(endpoints, false);
            }
        }

        @Override
        public void declared(Collection<Endpoint> endpoints) {
            update(endpoints, true);
        }

        private void update(Collection<Endpoint> endpoints, boolean declared) {
            List<Endpoint> copy = List.copyOf(endpoints);
            synchronized (merge) {
                if (!over) {
                    known = copy;
                    failure = null;
                    answered = true;
                    merge.changed(declared);
                }
            }
        }

        @Override
        public void failed(String reason, @Nullable Throwable cause) {
            synchronized (merge) {
                if (!over) {
                    failure = new Failure(reason, cause);
                    answered = true;
                    merge.failed(MergedPart.this);
                }
            }
        }

        @Override
        public Runnable schedule(Duration delay, Runnable work) {
            if (waiting.incrementAndGet() > room) {
                waiting.decrementAndGet();
                throw new IllegalStateException(
                        name + " may have at most " + room + " pieces of work waiting, was to get one more");
            }
            AtomicBoolean waits = new AtomicBoolean(true);
            boolean done = false;
            try {
                Runnable cancel = discovery.schedule(delay, () -> {
                    waitsNoMore(waits);
                    run(work);
                });
                done = true;
                return () -> {
                    cancel.run();
                    waitsNoMore(waits);
                };
            } finally {
                if (!done) {
                    waitsNoMore(waits);
                }
            }
        }

        private void waitsNoMore(AtomicBoolean waits) {
            if (waits.compareAndSet(true, false)) {
                waiting.decrementAndGet();
            }
        }

        /** What work throws counts as failed anyway; here it is known whose work it is. */
        private void run(Runnable work) {
            if (isOver()) {
                return;
            }
            try {
                work.run();
            } catch (Throwable e) {
                failed("threw", e);
            }
        }

        @Override
        public long nanos() {
            return discovery.nanos();
        }
    }
}
