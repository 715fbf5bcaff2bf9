package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers events to the listeners, in order, on one thread. Bounded: what does not fit is counted and told. */
final class EventQueue implements EventSink {
    /** Enough for every backend of a large pool to change once while a listener is busy. */
    static final int CAPACITY = 4_096;

    private static final Logger log = LoggerFactory.getLogger("dev.evenkeel.lb");

    private final String balancer;
    private final Ticker ticker;
    private final Executor thread;
    private final List<LoadBalancerListener> listeners = new CopyOnWriteArrayList<>();
    private final BlockingQueue<LoadBalancerEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong lost = new AtomicLong();

    /** Flushes not yet served. Whoever raises it from 0 starts the delivery. */
    private final AtomicInteger flushes = new AtomicInteger();

    EventQueue(String balancer, Ticker ticker, Executor thread) {
        this.balancer = balancer;
        this.ticker = ticker;
        this.thread = thread;
    }

    void add(LoadBalancerListener listener) {
        listeners.add(listener);
    }

    @Override
    public void offer(LoadBalancerEvent event) {
        if (!waiting.offer(event)) {
            lost.incrementAndGet();
        }
    }

    @Override
    public void flush() {
        if (flushes.getAndIncrement() == 0) {
            thread.execute(this::deliver);
        }
    }

    private void deliver() {
        int served = flushes.get();
        do {
            for (LoadBalancerEvent event = waiting.poll(); event != null; event = waiting.poll()) {
                deliver(event);
            }
            long missed = lost.getAndSet(0);
            if (missed > 0) {
                deliver(new LoadBalancerEvent(
                        Kind.EVENTS_LOST, balancer, ticker.wallTime(), null, missed + " events were dropped"));
            }
            served = flushes.addAndGet(-served);
        } while (served != 0);
    }

    private void deliver(LoadBalancerEvent event) {
        for (LoadBalancerListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException | Error e) {
                log.error("{}: listener {} failed on event {}", balancer, listener, event, e);
            }
        }
    }
}
