package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A list that somebody wrote down. Immutable. */
final class FixedSource implements EndpointSource {
    private static final Watch NOTHING_TO_WATCH = new Watch() {
        @Override
        public void refresh() {}

        @Override
        public void close() {}
    };

    private final List<Endpoint> endpoints;

    private FixedSource(List<Endpoint> endpoints) {
        this.endpoints = endpoints;
    }

    static FixedSource of(Collection<Endpoint> endpoints) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a fixed source must have at least one endpoint, had none");
        }
        Set<Endpoint> seen = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (!seen.add(endpoint)) {
                throw new IllegalArgumentException("endpoint " + endpoint + " was given twice to a fixed source");
            }
        }
        return new FixedSource(List.copyOf(endpoints));
    }

    @Override
    public String name() {
        return "fixed";
    }

    @Override
    public Watch watch(Discovery discovery) {
        discovery.declared(endpoints);
        return NOTHING_TO_WATCH;
    }

    @Override
    public String toString() {
        return "fixed " + endpoints;
    }
}
