package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.util.Arrays;
import java.util.Collection;

/** The sources of endpoints that come with the core. */
public final class EndpointSources {
    private EndpointSources() {}

    /**
     * Returns a source that never changes, for a balancer that merges what is known with what is discovered.
     *
     * @param urls at least one, see {@link Endpoint#of}
     * @throws IllegalArgumentException if there is none, or one is malformed or given twice
     */
    public static EndpointSource fixed(String... urls) {
        return fixed(Arrays.stream(urls).map(Endpoint::of).toList());
    }

    /**
     * Returns a source that never changes.
     *
     * @param endpoints at least one
     * @throws IllegalArgumentException if there is none, or one is given twice
     */
    public static EndpointSource fixed(Collection<Endpoint> endpoints) {
        return FixedSource.of(endpoints);
    }
}
