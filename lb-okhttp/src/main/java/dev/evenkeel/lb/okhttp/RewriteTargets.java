package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The targets of the endpoints that calls have gone to. Safe for many threads. */
final class RewriteTargets {
    /** Far above any pool that is not churning; what is lost beyond it is a microsecond per call. */
    private static final int TARGETS = 4_096;

    private final Map<Endpoint, RewriteTarget> targets = new ConcurrentHashMap<>();

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
    RewriteTarget of(Endpoint endpoint, Departure before) throws IOException {
        if (before.isBefore(endpoint)) {
            return leaving(endpoint);
        }
        RewriteTarget target = of(endpoint);
        // Asked again, since a departure before it was kept could not mark it. One that comes later does.
        return before.isBefore(endpoint) ? leaving(endpoint) : target;
    }

    private static RewriteTarget leaving(Endpoint endpoint) throws IOException {
        RewriteTarget made = RewriteTarget.of(endpoint);
        made.leave();
        return made;
    }

    private RewriteTarget of(Endpoint endpoint) throws IOException {
        RewriteTarget known = targets.get(endpoint);
        if (known != null) {
            return known;
        }
        if (targets.size() >= TARGETS) {
            targets.clear();
        }
        RewriteTarget made = RewriteTarget.of(endpoint);
        RewriteTarget first = targets.putIfAbsent(endpoint, made);
        return first == null ? made : first;
    }

    /** Forgets an endpoint and returns its target, or null if it had none. */
    synchronized @Nullable RewriteTarget remove(Endpoint endpoint) {
        Departure departure = new Departure(endpoint);
        last.next = departure;
        last = departure;
        return targets.remove(endpoint);
    }

    int size() {
        return targets.size();
    }
}
