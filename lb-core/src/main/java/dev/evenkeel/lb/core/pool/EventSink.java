package dev.evenkeel.lb.core.pool;

import dev.evenkeel.lb.api.LoadBalancerEvent;

/** Where a roster tells what changed. */
public interface EventSink {
    /** Takes an event into the queue. Called under the roster's lock, so that events keep the order of the changes. */
    void offer(LoadBalancerEvent event);

    /** Sees to it that what is queued gets delivered. Called outside every lock. */
    void flush();
}
