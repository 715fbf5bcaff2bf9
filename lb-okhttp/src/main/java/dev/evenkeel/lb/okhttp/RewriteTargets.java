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

    RewriteTarget of(Endpoint endpoint) throws IOException {
        RewriteTarget known = targets.get(endpoint);
        if (known != null) {
            return known;
        }
        if (targets.size() >= TARGETS) {
            targets.clear();
        }
        RewriteTarget made = RewriteTarget.of(endpoint);
        targets.put(endpoint, made);
        return made;
    }

    /** Forgets an endpoint and returns its target, or null if it had none. */
    @Nullable
    RewriteTarget remove(Endpoint endpoint) {
        return targets.remove(endpoint);
    }

    int size() {
        return targets.size();
    }
}
