package dev.evenkeel.lb.api;

/**
 * Hears what changes in a balancer.
 *
 * <p>Events arrive in order, on one daemon thread of the balancer, outside every lock. A listener that blocks delays
 * only other listeners; when more than a bounded number of events wait, later ones are dropped, counted, and told as
 * {@link LoadBalancerEvent.Kind#EVENTS_LOST}. What a listener throws is logged and goes no further.
 */
@FunctionalInterface
public interface LoadBalancerListener {
    /** Called once per event. */
    void onEvent(LoadBalancerEvent event);
}
