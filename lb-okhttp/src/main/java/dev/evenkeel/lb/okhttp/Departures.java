package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells an interceptor of the backends that go out of service. A balancer may outlive many a client that was wrapped for it, and
 * must not keep them all: the registrations of those that are collected are ended when the next one is made.
 */
final class Departures extends WeakReference<LoadBalancingInterceptor> implements Consumer<Endpoint> {
    /** Those whose interceptor was collected, of all balancers. */
    private static final ReferenceQueue<LoadBalancingInterceptor> COLLECTED = new ReferenceQueue<>();

    /** What ends the registration; null until the balancer has given it. */
    private volatile @Nullable Runnable registration;

    private Departures(LoadBalancingInterceptor interceptor) {
        super(interceptor, COLLECTED);
    }

    static void follow(LoadBalancer balancer, LoadBalancingInterceptor interceptor) {
        endCollected();
        Departures departures = new Departures(interceptor);
        departures.registration = balancer.onOutOfService(departures);
    }

    private static void endCollected() {
        for (Reference<?> one = COLLECTED.poll(); one != null; one = COLLECTED.poll()) {
            ((Departures) one).end();
        }
    }

    private void end() {
        Runnable known = registration;
        if (known != null) {
            known.run();
        }
    }

    @Override
    public void accept(Endpoint endpoint) {
        LoadBalancingInterceptor alive = get();
        if (alive != null) {
            alive.outOfService(endpoint);
        } else {
            end();
        }
    }
}
