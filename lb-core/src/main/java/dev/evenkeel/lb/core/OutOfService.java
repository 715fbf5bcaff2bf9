package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be done whenever a backend goes out of service. Bounded: events that do not fit are counted and logged. */
final class OutOfService {
    /** Enough for every backend of a large pool to go while an action is busy. */
    static final int CAPACITY = 4_096;

    private static final Set<Kind> ENDS = EnumSet.of(Kind.DOWN, Kind.EJECTED, Kind.DRAINED, Kind.LEFT);
    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String balancer;
    private final Errands errands;
    private final List<Registration> registrations = new CopyOnWriteArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();

    OutOfService(String balancer, Executor thread) {
        this.balancer = balancer;
        this.errands = new Errands(balancer, "an action for a backend that went out of service", thread);
    }

    /** An action that was registered; compared by identity, since one action may be registered twice. */
    private static final class Registration {
        final Consumer<? super Endpoint> action;
        volatile boolean ended;

        Registration(Consumer<? super Endpoint> action) {
            this.action = Objects.requireNonNull(action, "action");
        }
    }

    /** Adds an action and returns what removes it. */
    Runnable add(Consumer<? super Endpoint> action) {
        Registration registration = new Registration(action);
        registrations.add(registration);
        return () -> {
            registration.ended = true;
            registrations.remove(registration);
        };
    }

    /** Takes in what changed, if it puts a backend out of service. Called under the roster's lock. */
    void offer(LoadBalancerEvent event) {
        BackendSnapshot backend = event.backend();
        if (backend == null || !ENDS.contains(event.kind())) {
            return;
        }
        Endpoint endpoint = backend.endpoint();
        // The iterator keeps those that are registered now: none hears of what was before it.
        Iterator<Registration> registered = registrations.iterator();
        if (!registered.hasNext()) {
            return;
        }
        if (waiting.getAndIncrement() < CAPACITY) {
            errands.offer(() -> tell(registered, endpoint));
        } else {
            waiting.getAndDecrement();
            lost.incrementAndGet();
        }
    }

    private void tell(Iterator<Registration> registered, Endpoint endpoint) {
        waiting.getAndDecrement();
        long missed = lost.getAndSet(0);
        if (missed > 0) {
            log.error("{}: the actions were not told of {} backends that went out of service", balancer, missed);
        }
        while (registered.hasNext()) {
            Registration registration = registered.next();
            if (!registration.ended) {
                tell(registration, endpoint);
            }
        }
    }

    private void tell(Registration registration, Endpoint endpoint) {
        try {
            registration.action.accept(endpoint);
        } catch (RuntimeException | Error e) {
            log.error("{}: an action for {}, which went out of service, failed", balancer, endpoint, e);
        }
    }

    void flush() {
        errands.flush();
    }

    /** As {@link #flush}, for the last time. */
    void flushLast() {
        errands.flushLast();
    }
}
