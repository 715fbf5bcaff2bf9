package dev.evenkeel.lb.micrometer;

import dev.evenkeel.lb.api.LoadBalancer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;

/**
 * The meters of one balancer, read from its {@linkplain LoadBalancer#snapshot snapshot} when the registry is read: a call costs
 * nothing more. Their names, tags and units are listed in {@code docs/observability.md}.
 *
 * <p>Bounded: each backend has a fixed number of meters, and only the first {@link #maxBackends(int)} backends have any. The others
 * are counted in {@code evenkeel.backends.unmetered} and take over when one of the first leaves. They are not summed up under a
 * name such as "other", because that sum would fall whenever a backend leaves it, and a counter must not fall.
 *
 * <p>The meters of a backend go when it has left, and all of them when the balancer is closed. The registry keeps no balancer
 * alive. Immutable.
 */
public final class LoadBalancerMetrics implements MeterBinder {
    private static final int DEFAULT_BACKENDS = 100;

    private final LoadBalancer balancer;
    private final int maxBackends;

    private LoadBalancerMetrics(LoadBalancer balancer, int maxBackends) {
        this.balancer = balancer;
        this.maxBackends = maxBackends;
    }

    /** Returns the meters of a balancer, for up to 100 backends. */
    public static LoadBalancerMetrics of(LoadBalancer balancer) {
        return new LoadBalancerMetrics(Objects.requireNonNull(balancer, "balancer"), DEFAULT_BACKENDS);
    }

    /**
     * Returns the same with meters for up to so many backends.
     *
     * @param backends 0 for the balancer's own meters only
     * @throws IllegalArgumentException if the number is negative
     */
    public LoadBalancerMetrics maxBackends(int backends) {
        if (backends < 0) {
            throw new IllegalArgumentException("maxBackends must be at least 0, was " + backends);
        }
        return new LoadBalancerMetrics(balancer, backends);
    }

    /**
     * Registers the meters, until the balancer is closed. May be called for several registries.
     *
     * @throws IllegalStateException if a balancer of that name has its meters in the registry already, be it this one
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        BoundMeters.bind(balancer, registry, maxBackends);
    }
}
