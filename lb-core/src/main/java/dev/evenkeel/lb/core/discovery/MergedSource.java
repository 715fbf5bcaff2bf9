package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.EndpointSource;
import java.util.List;
import java.util.stream.Collectors;

/** Several sources as one; see {@link EndpointSources#merge}. Immutable. */
final class MergedSource implements EndpointSource {
    private final List<EndpointSource> parts;
    private final String name;

    private MergedSource(List<EndpointSource> parts) {
        this.parts = parts;
        this.name = parts.stream().map(EndpointSource::name).collect(Collectors.joining(" + "));
    }

    static MergedSource of(List<EndpointSource> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a merge must have at least 1 source, had 0");
        }
        return new MergedSource(parts);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch(Discovery discovery) {
        return Merge.start(parts, discovery);
    }

    @Override
    public String toString() {
        return name();
    }
}
