package dev.evenkeel.lb.micrometer;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendTraffic;
import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.api.LoadBalancerSnapshot;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** Another balancer whose snapshots are counted, and may be changed, and whose events may be kept from the listeners. */
final class WatchedBalancer implements LoadBalancer {
    /** How many snapshots were taken. */
    int snapshots;

    /** What the snapshots say of every backend's attempts; below 0 for what they are. */
    long attempts = -1;

    boolean isDeaf;

    private final LoadBalancer real;
    private final List<LoadBalancerListener> listeners = new ArrayList<>();

    WatchedBalancer(LoadBalancer real) {
        this.real = real;
    }

    void tell(LoadBalancerEvent event) {
        listeners.forEach(listener -> listener.onEvent(event));
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public LoadBalancerSnapshot snapshot() {
        snapshots++;
        LoadBalancerSnapshot found = real.snapshot();
        return attempts < 0
                ? found
                : new LoadBalancerSnapshot(
                        found.name(),
                        found.status(),
                        found.plan(),
                        found.backends().stream().map(this::changed).toList(),
                        found.past());
    }

    private BackendSnapshot changed(BackendSnapshot backend) {
        return new BackendSnapshot(
                backend.endpoint(),
                backend.state(),
                backend.inState(),
                backend.health(),
                backend.ejection(),
                new BackendTraffic(0, attempts, 0));
    }

    @Override
    public void addListener(LoadBalancerListener listener) {
        listeners.add(listener);
        real.addListener(event -> {
            if (!isDeaf) {
                listener.onEvent(event);
            }
        });
    }

    @Override
    public Lease acquire(Attempt attempt) throws NoBackendAvailableException {
        return real.acquire(attempt);
    }

    @Override
    public void add(Endpoint endpoint) {
        real.add(endpoint);
    }

    @Override
    public void remove(Endpoint endpoint) {
        real.remove(endpoint);
    }

    @Override
    public void replace(Collection<Endpoint> endpoints) {
        real.replace(endpoints);
    }

    @Override
    public void drain(Endpoint endpoint) {
        real.drain(endpoint);
    }

    @Override
    public void drain(Endpoint endpoint, Duration deadline, Consumer<? super DrainResult> whenOver) {
        real.drain(endpoint, deadline, whenOver);
    }

    @Override
    public void resume(Endpoint endpoint) {
        real.resume(endpoint);
    }

    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return real.awaitReady(timeout);
    }

    @Override
    public void onClose(Runnable action) {
        real.onClose(action);
    }

    @Override
    public Runnable onOutOfService(Consumer<? super Endpoint> action) {
        return real.onOutOfService(action);
    }

    @Override
    public void close() {
        real.close();
    }
}
