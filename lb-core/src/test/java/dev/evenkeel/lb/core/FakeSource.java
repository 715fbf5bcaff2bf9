package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A source that says what a test has it say. For one balancer. */
final class FakeSource implements EndpointSource {
    /** What happens inside of watch; may throw. */
    Consumer<Discovery> onWatch = discovery -> {};

    /** What happens when it is asked again; may throw. */
    Runnable onRefresh = () -> {};

    Runnable onClose = () -> {};

    int watched;
    int refreshed;
    int closed;
    private @Nullable Discovery discovery;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Watch watch(Discovery begun) {
        watched++;
        onWatch.accept(begun);
        discovery = begun;
        return new Watch() {
            @Override
            public void refresh() {
                refreshed++;
                onRefresh.run();
            }

            @Override
            public void close() {
                closed++;
                onClose.run();
            }
        };
    }

    Discovery discovery() {
        Discovery begun = discovery;
        if (begun == null) {
            throw new AssertionError("nobody watches");
        }
        return begun;
    }

    void finds(String... hosts) {
        discovery().found(endpoints(hosts));
    }

    static List<Endpoint> endpoints(String... hosts) {
        return new ArrayList<>(Arrays.stream(hosts).map(FakeSource::endpoint).toList());
    }

    static Endpoint endpoint(String host) {
        return Endpoint.labelled("http://" + host);
    }
}
