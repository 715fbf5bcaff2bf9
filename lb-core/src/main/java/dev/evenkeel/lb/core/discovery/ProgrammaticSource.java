package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A set of endpoints that the program changes, from any thread. Each change is one set for every balancer that watches; of
 * changes that follow each other closely a balancer may see only the last. What it says is an order: when it is emptied, its
 * balancers have no backend.
 *
 * <pre>{@code
 * ProgrammaticSource orders = ProgrammaticSource.named("orders from consul");
 * LoadBalancer balancer = LoadBalancers.named("orders").source(orders).build();
 * orders.set(List.of(Endpoint.of("http://10.0.0.1:8080"), Endpoint.of("http://10.0.0.2:8080")));
 * }</pre>
 */
public final class ProgrammaticSource implements EndpointSource {
    private final String name;
    private final List<Feed> feeds = new CopyOnWriteArrayList<>();

    /** Null until somebody has said who there is. Written under this, as a whole. */
    private volatile @Nullable List<Endpoint> endpoints;

    private ProgrammaticSource(String name) {
        this.name = name;
    }

    /**
     * Returns a source that has nothing to say yet. A balancer built on it has no backend until the first change.
     *
     * @param name stands in logs and errors
     */
    public static ProgrammaticSource named(String name) {
        return new ProgrammaticSource(Objects.requireNonNull(name, "name"));
    }

    /** Makes the given endpoints the whole set. Of those that are equal the first one counts. */
    public void set(Collection<Endpoint> newEndpoints) {
        Map<Endpoint, Endpoint> distinct = new LinkedHashMap<>();
        newEndpoints.forEach(endpoint -> distinct.putIfAbsent(endpoint, endpoint));
        change(List.copyOf(distinct.values()));
    }

    /** Adds an endpoint, or gives a known one the labels of the given one. */
    public void add(Endpoint endpoint) {
        Objects.requireNonNull(endpoint, "endpoint");
        synchronized (this) {
            List<Endpoint> changed = new ArrayList<>(endpoints());
            int at = changed.indexOf(endpoint);
            if (at < 0) {
                changed.add(endpoint);
            } else {
                changed.set(at, endpoint);
            }
            endpoints = List.copyOf(changed);
        }
        tell();
    }

    /** Removes an endpoint. Returns whether it was there. */
    public boolean remove(Endpoint endpoint) {
        synchronized (this) {
            List<Endpoint> changed = new ArrayList<>(endpoints());
            if (!changed.remove(endpoint)) {
                return false;
            }
            endpoints = List.copyOf(changed);
        }
        tell();
        return true;
    }

    /** Removes all endpoints, which leaves the balancers that watch without a backend. */
    public void clear() {
        change(List.of());
    }

    /** Returns the set as it is, in the order in which its endpoints were added; empty if nobody has said anything yet. */
    public List<Endpoint> endpoints() {
        List<Endpoint> current = endpoints;
        return current == null ? List.of() : current;
    }

    private void change(List<Endpoint> whole) {
        synchronized (this) {
            endpoints = whole;
        }
        tell();
    }

    private void tell() {
        feeds.forEach(Feed::tell);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch(Discovery discovery) {
        Feed feed = new Feed(discovery);
        feeds.add(feed);
        feed.tell();
        return feed;
    }

    @Override
    public String toString() {
        return name + " " + endpoints();
    }

    /** One balancer that watches. */
    private final class Feed implements Watch {
        private final Discovery discovery;

        /** Changes that were not told yet. Whoever raises it from 0 tells, so that the last set told is the newest. */
        private final AtomicLong untold = new AtomicLong();

        Feed(Discovery discovery) {
            this.discovery = discovery;
        }

        void tell() {
            if (untold.getAndIncrement() != 0) {
                return;
            }
            long taken = 1;
            boolean done = false;
            try {
                do {
                    List<Endpoint> current = endpoints;
                    if (current != null) {
                        discovery.declared(current);
                    }
                    taken = untold.addAndGet(-taken);
                } while (taken != 0);
                done = true;
            } finally {
                if (!done) {
                    untold.set(0); // or the next change would wait for this one for ever
                }
            }
        }

        @Override
        public void refresh() {
            // The balancer has the newest set.
        }

        @Override
        public void close() {
            feeds.remove(this);
        }
    }
}
