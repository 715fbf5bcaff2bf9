package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Feedback;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Selector;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** A policy that takes the first backend that is not excluded, and writes down how the attempts on each one end. */
final class FirstInOrder implements Selector.Factory {
    private final Map<Endpoint, List<Outcome.Kind>> endings = new ConcurrentHashMap<>();

    /** Returns how the attempts on a backend have ended, in order. */
    List<Outcome.Kind> endings(Endpoint endpoint) {
        return endings.computeIfAbsent(endpoint, of -> new CopyOnWriteArrayList<>());
    }

    @Override
    public Selector create(Candidates candidates) {
        Backend[] backends = candidates.backends();
        return attempt -> {
            for (Backend backend : backends) {
                if (!attempt.excludes(backend)) {
                    return backend;
                }
            }
            return null;
        };
    }

    @Override
    public Feedback feedback(Backend backend, LongSupplier clock) {
        List<Outcome.Kind> ended = endings(backend.endpoint());
        return new Feedback() {
            @Override
            public long begun() {
                return 0;
            }

            @Override
            public void answered(long mark, Outcome.Kind soFar) {}

            @Override
            public void ended(long mark, Outcome.Kind outcome, boolean answered) {
                ended.add(outcome);
            }
        };
    }

    @Override
    public String name() {
        return "first-in-order";
    }
}
