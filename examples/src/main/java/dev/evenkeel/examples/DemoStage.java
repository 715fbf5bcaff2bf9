package dev.evenkeel.examples;

import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.HttpHealthCheck;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What the demo plays with: backends, and a proxy in front of them. */
final class DemoStage implements AutoCloseable {
    /** Short, so that a story of several deaths is soon told. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    static final Duration TRANSITION_INTERVAL = Duration.ofMillis(500);

    static final int RISE = 2;
    static final int FALL = 3;

    private final List<TestBackend> backends;
    private final Transitions transitions;
    private final BalancedProxy proxy;

    private DemoStage(List<TestBackend> backends, Transitions transitions, BalancedProxy proxy) {
        this.backends = backends;
        this.transitions = transitions;
        this.proxy = proxy;
    }

    /**
     * Starts the backends and the proxy on free ports.
     *
     * @throws IOException if a port cannot be had; nothing is left open then
     */
    static DemoStage open(List<TestBackend> backends) throws IOException {
        try {
            for (TestBackend backend : backends) {
                backend.start();
            }
            Transitions transitions = new Transitions();
            LoadBalancers assembly = LoadBalancers.named("demo")
                    .backends(backends.stream().map(TestBackend::url).toArray(String[]::new))
                    .healthCheck(HttpHealthCheck.get("/health")
                            .every(INTERVAL)
                            .transitionInterval(TRANSITION_INTERVAL)
                            .rise(RISE)
                            .fall(FALL)
                            .start(HealthCheck.Start.PESSIMISTIC))
                    .listener(transitions);
            return new DemoStage(
                    backends, transitions, BalancedProxy.start(assembly, settings -> settings.listen("127.0.0.1:0")));
        } catch (IOException | RuntimeException e) {
            backends.forEach(TestBackend::close);
            throw e;
        }
    }

    List<TestBackend> backends() {
        return backends;
    }

    Transitions transitions() {
        return transitions;
    }

    BalancedProxy proxy() {
        return proxy;
    }

    String proxyUrl() {
        return "http://127.0.0.1:" + proxy.port();
    }

    /** Closes the proxy first, so that its requests end well, and the backends last. Closing again changes nothing. */
    @Override
    public void close() {
        proxy.close();
        backends.forEach(TestBackend::close);
    }
}
