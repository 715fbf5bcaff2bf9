package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.time.Scheduler;
import dev.evenkeel.lb.core.time.Ticker;

/**
 * Passes what the roster tells to everybody who waits for it. Listeners have a queue and a thread of their own, so one that
 * blocks holds up none of the others.
 *
 * @param events for the listeners
 * @param outOfService for what hangs on a backend
 * @param drains for those who wait for the end of a drain
 * @param readiness for those who wait for a backend
 */
record Switchboard(EventQueue events, OutOfService outOfService, DrainWaits drains, Readiness readiness)
        implements EventSink {
    static Switchboard of(String balancer, EventQueue events, Ticker ticker, Scheduler scheduler) {
        return new Switchboard(
                events,
                new OutOfService(balancer, scheduler.thread("departures")),
                new DrainWaits(balancer, scheduler),
                new Readiness(balancer, ticker, scheduler));
    }

    @Override
    public void offer(LoadBalancerEvent event) {
        events.offer(event);
        outOfService.offer(event);
    }

    @Override
    public void flush() {
        events.flush();
        outOfService.flush();
        drains.flush();
        readiness.signal();
    }

    /** As {@link #flush}, for the last time: after it the threads end. */
    void flushLast() {
        events.flushLast();
        outOfService.flushLast();
        drains.flushLast();
        readiness.signal();
    }
}
