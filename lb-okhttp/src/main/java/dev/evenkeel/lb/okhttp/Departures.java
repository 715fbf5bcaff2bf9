package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells an interceptor of the backends that go out of service. A balancer may outlive many a client that was wrapped for it, and
 * must not keep them all.
 */
final class Departures implements Consumer<Endpoint> {
    private final WeakReference<LoadBalancingInterceptor> interceptor;

    /** What ends the registration; null until the balancer has given it. */
    private volatile @Nullable Runnable registration;

    private Departures(LoadBalancingInterceptor interceptor) {
        this.interceptor = new WeakReference<>(interceptor);
    }

    static void follow(LoadBalancer balancer, LoadBalancingInterceptor interceptor) {
        Departures departures = new Departures(interceptor);
        departures.registration = balancer.onOutOfService(departures);
    }

    @Override
    public void accept(Endpoint endpoint) {
        LoadBalancingInterceptor alive = interceptor.get();
        Runnable end = registration;
        if (alive != null) {
            alive.outOfService(endpoint);
        } else if (end != null) {
            end.run();
        }
    }
}
