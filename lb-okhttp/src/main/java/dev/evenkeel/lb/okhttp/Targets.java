package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The targets of the endpoints that the calls for one logical host have gone to. Safe for many threads. */
final class Targets {
    /** Far above any pool that is not churning; what is lost beyond it is a microsecond per call. */
    private static final int TARGETS = 4_096;

    private final String logicalHost;
    private final Transport transport;
    private final Map<Endpoint, Target> targets = new ConcurrentHashMap<>();

    /** The last backend that went out of service. Written under this, before the target of that one is removed. */
    private volatile Departure last = new Departure(null);

    /** One that went out of service. It knows those after it, and is kept by those who picked before them. */
    static final class Departure {
        private final @Nullable Endpoint endpoint;
        private volatile @Nullable Departure next;

        private Departure(@Nullable Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        private boolean isBefore(Endpoint one) {
            for (Departure later = next; later != null; later = later.next) {
                if (one.equals(later.endpoint)) {
                    return true;
                }
            }
            return false;
        }
    }

    Targets(String logicalHost, Transport transport) {
        this.logicalHost = logicalHost;
        this.transport = transport;
    }

    /** Makes a target that is not kept. */
    Target make(Endpoint endpoint) throws IOException {
        return switch (transport) {
            case REWRITE -> RewriteTarget.of(logicalHost, endpoint);
            case PINNED -> PinnedTarget.of(logicalHost, endpoint);
        };
    }

    /** Returns the last departure so far, to be asked for before a backend is picked. */
    Departure last() {
        return last;
    }

    /**
     * Returns the target of a backend that was picked. If it went out of service since, perhaps before there was anything to
     * mark, it is one that has left.
     *
     * @param before what {@link #last} was before the pick
     */
    Target of(Endpoint endpoint, Departure before) throws IOException {
        if (before.isBefore(endpoint)) {
            return leaving(endpoint);
        }
        Target target = of(endpoint);
        // Asked again, since a departure before it was kept could not mark it. One that comes later does.
        return before.isBefore(endpoint) ? leaving(endpoint) : target;
    }

    private Target leaving(Endpoint endpoint) throws IOException {
        Target made = make(endpoint);
        made.leave();
        return made;
    }

    private Target of(Endpoint endpoint) throws IOException {
        Target known = targets.get(endpoint);
        if (known != null) {
            return known;
        }
        if (targets.size() >= TARGETS) {
            targets.clear();
        }
        Target made = make(endpoint);
        Target first = targets.putIfAbsent(endpoint, made);
        return first == null ? made : first;
    }

    /** Forgets an endpoint and returns its target, or null if it had none. */
    synchronized @Nullable Target remove(Endpoint endpoint) {
        Departure departure = new Departure(endpoint);
        last.next = departure;
        last = departure;
        return targets.remove(endpoint);
    }

    int size() {
        return targets.size();
    }
}
