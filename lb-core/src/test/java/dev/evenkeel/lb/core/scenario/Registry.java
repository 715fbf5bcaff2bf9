package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A discovery like DNS: asked every 20 s, and when the balancer wants to know; it says what it was told to. */
final class Registry implements EndpointSource {
    private static final Duration INTERVAL = Duration.ofSeconds(20);

    private final List<Discovery> watchers = new ArrayList<>();
    private List<Endpoint> known;

    Registry(List<Endpoint> known) {
        this.known = List.copyOf(known);
    }

    /** Changes what it says from the next question on. */
    void says(List<Endpoint> endpoints) {
        known = List.copyOf(endpoints);
    }

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public Watch watch(Discovery discovery) {
        watchers.add(discovery);
        ask(discovery);
        return new Watch() {
            @Override
            public void refresh() {
                discovery.found(known);
            }

            @Override
            public void close() {
                watchers.remove(discovery);
            }
        };
    }

    private void ask(Discovery discovery) {
        discovery.found(known);
        discovery.schedule(INTERVAL, () -> ask(discovery));
    }
}
