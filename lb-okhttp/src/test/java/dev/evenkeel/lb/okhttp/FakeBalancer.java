package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.api.LoadBalancerSnapshot;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Past;
import dev.evenkeel.lb.api.LoadBalancerSnapshot.Status;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.PlanSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Takes turns among a fixed set and writes down how each lease ended. */
final class FakeBalancer implements LoadBalancer {
    private final String name;
    private final List<Endpoint> endpoints;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
    private final List<Outcome.Kind> answers = new CopyOnWriteArrayList<>();
    private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    private final AtomicInteger completions = new AtomicInteger();
    private final AtomicInteger resends = new AtomicInteger();

    private final List<Consumer<? super Endpoint>> outOfService = new CopyOnWriteArrayList<>();

    /** Run when so many were picked, before the caller has the pick. */
    private volatile Runnable picked = () -> {};

    private volatile int pickedAt;

    private FakeBalancer(String name, List<Endpoint> endpoints) {
        this.name = name;
        this.endpoints = endpoints;
    }

    static FakeBalancer orders(String... urls) {
        return new FakeBalancer("orders", Arrays.stream(urls).map(Endpoint::of).toList());
    }

    static FakeBalancer orders(List<Endpoint> endpoints) {
        return new FakeBalancer("orders", List.copyOf(endpoints));
    }

    static FakeBalancer named(String name, List<Endpoint> endpoints) {
        return new FakeBalancer(name, List.copyOf(endpoints));
    }

    static FakeBalancer named(String name, String... urls) {
        return new FakeBalancer(name, Arrays.stream(urls).map(Endpoint::of).toList());
    }

    int inFlight() {
        return inFlight.get();
    }

    int acquired() {
        return turn.get();
    }

    /** Does something when the nth backend was picked and nobody knows which one yet. */
    void whenPicked(int nth, Runnable action) {
        picked = action;
        pickedAt = nth;
    }

    /** Returns what was told of each call, in order. */
    List<Attempt> attempts() {
        return attempts;
    }

    /** Returns how all leases that are completed have ended, in order. */
    List<Outcome> outcomes() {
        return outcomes;
    }

    List<Outcome.Kind> kinds() {
        return outcomes.stream().map(Outcome::kind).toList();
    }

    /** Returns what the leases were told at the headers, in order. */
    List<Outcome.Kind> answers() {
        return answers;
    }

    /** Returns how often a lease was told that its request was sent again. */
    int resends() {
        return resends.get();
    }

    /** Returns how often complete was called, also on a lease that was completed already. */
    int completions() {
        return completions.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Lease acquire(Attempt attempt) throws NoBackendAvailableException {
        attempts.add(attempt);
        if (endpoints.isEmpty()) {
            throw new NoBackendAvailableException(name, Reason.NONE_KNOWN, List.of());
        }
        FakeBackend next = next(attempt);
        inFlight.incrementAndGet();
        if (turn.get() == pickedAt) {
            picked.run();
        }
        return new FakeLease(next);
    }

    /** One at a time, or two callers would be given one turn, and one backend more than its share. */
    private synchronized FakeBackend next(Attempt attempt) throws NoBackendAvailableException {
        for (int look = 0; look < endpoints.size(); look++) {
            FakeBackend backend = new FakeBackend(endpoints.get((turn.get() + look) % endpoints.size()));
            if (!attempt.excludes(backend)) {
                turn.getAndIncrement();
                return backend;
            }
        }
        throw new NoBackendAvailableException(name, Reason.NONE_UNTRIED, List.of());
    }

    private final class FakeLease implements Lease {
        private final Backend backend;
        private final AtomicBoolean completed = new AtomicBoolean();

        FakeLease(Backend backend) {
            this.backend = backend;
        }

        @Override
        public Backend backend() {
            return backend;
        }

        @Override
        public void answered(Outcome soFar) {
            answers.add(soFar.kind());
        }

        @Override
        public void resent() {
            resends.incrementAndGet();
        }

        @Override
        public boolean complete(Outcome outcome) {
            completions.incrementAndGet();
            if (!completed.compareAndSet(false, true)) {
                return false;
            }
            outcomes.add(outcome);
            inFlight.decrementAndGet();
            return true;
        }
    }

    private record FakeBackend(Endpoint endpoint) implements Backend {
        @Override
        public int weight() {
            return endpoint.weight();
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public boolean isEligible() {
            return true;
        }
    }

    @Override
    public void add(Endpoint endpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(Endpoint endpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void replace(Collection<Endpoint> replacement) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void drain(Endpoint endpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void drain(Endpoint endpoint, Duration deadline, Consumer<? super DrainResult> whenOver) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitReady(Duration timeout) {
        return !endpoints.isEmpty();
    }

    @Override
    public void resume(Endpoint endpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LoadBalancerSnapshot snapshot() {
        return new LoadBalancerSnapshot(
                name, new Status(Instant.EPOCH, "turns", false), new PlanSnapshot(1, List.of()), List.of(), Past.NONE);
    }

    @Override
    public void addListener(LoadBalancerListener listener) {}

    @Override
    public void onClose(Runnable action) {}

    @Override
    public Runnable onOutOfService(Consumer<? super Endpoint> action) {
        outOfService.add(action);
        return () -> outOfService.remove(action);
    }

    /** Returns how many actions are told of such backends. */
    int departuresFollowed() {
        return outOfService.size();
    }

    /** Does what a balancer does when a backend goes down or leaves, on this thread. */
    void goesOutOfService(String url) {
        outOfService.forEach(action -> action.accept(Endpoint.of(url)));
    }

    /** Does the same for all backends. */
    void goOutOfService() {
        endpoints.forEach(endpoint -> outOfService.forEach(action -> action.accept(endpoint)));
    }

    @Override
    public void close() {}
}
