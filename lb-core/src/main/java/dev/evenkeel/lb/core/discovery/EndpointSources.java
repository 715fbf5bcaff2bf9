package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

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

    /**
     * Returns several sources as one: all endpoints that any of them knows. Of endpoints that are equal, the first source's
     * counts, with its labels.
     *
     * <p>What one part knows does not depend on another. A part that fails or finds nothing keeps its own last good part, and
     * the failure is told with the part's name; a part that is declared empty is empty, and the others stay. A part that has not
     * answered yet holds nobody up.
     *
     * @param parts at least one, the one whose labels count first
     * @throws IllegalArgumentException if there is none
     */
    public static EndpointSource merge(EndpointSource... parts) {
        return MergedSource.of(List.of(parts));
    }
}
