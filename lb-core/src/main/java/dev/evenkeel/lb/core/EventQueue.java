package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import dev.evenkeel.lb.core.flight.Flight;
import dev.evenkeel.lb.core.pool.EventSink;
import dev.evenkeel.lb.core.time.Ticker;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
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
    private final History history;
    private final List<LoadBalancerListener> listeners = new CopyOnWriteArrayList<>();
    private final BlockingQueue<LoadBalancerEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong lost = new AtomicLong();

    /** Flushes not yet served. Whoever raises it from 0 starts the delivery. */
    private final AtomicInteger flushes = new AtomicInteger();

    /** The event that ends all, kept out of the bound. Set under the roster's lock, taken by the delivery. */
    private volatile @Nullable LoadBalancerEvent last;

    /** The thread that delivers now. */
    private volatile @Nullable Thread delivering;

    EventQueue(String balancer, Ticker ticker, Executor thread, History history) {
        this.balancer = balancer;
        this.ticker = ticker;
        this.thread = thread;
        this.history = history;
    }

    void add(LoadBalancerListener listener) {
        listeners.add(listener);
    }

    History history() {
        return history;
    }

    @Override
    public void offer(LoadBalancerEvent event) {
        history.add(event); // here, so that neither a slow listener nor a full queue keeps it out
        if (event.kind() == Kind.CLOSED) {
            last = event;
        } else if (!waiting.offer(event)) {
            lost.incrementAndGet();
        }
        Flight.changed(event); // after what must not be missed
    }

    @Override
    public void flush() {
        if (flushes.getAndIncrement() == 0) {
            startDelivery();
        }
    }

    /** As {@link #flush}, for the last time: whoever is about to start the delivery may find its thread ended. */
    void flushLast() {
        flushes.getAndIncrement();
        if (delivering != Thread.currentThread()) {
            startDelivery();
        }
    }

    private void startDelivery() {
        try {
            thread.execute(this::deliver);
        } catch (RuntimeException | Error e) {
            // No memory for a thread, as a rule. What waits goes with the next flush; the change itself is in force.
            flushes.set(0);
            log.error("{}: no thread to tell the listeners with", balancer, e);
        }
    }

    private void deliver() {
        int served = flushes.get();
        boolean done = false;
        delivering = Thread.currentThread();
        try {
            do {
                deliverAll();
                served = flushes.addAndGet(-served);
            } while (served != 0);
            done = true;
        } finally {
            delivering = null;
            if (!done) {
                flushes.set(0); // or no later flush would start a delivery
            }
        }
    }

    private void deliverAll() {
        for (LoadBalancerEvent event = waiting.poll(); event != null; event = waiting.poll()) {
            deliver(event);
        }
        long missed = lost.getAndSet(0);
        if (missed > 0) {
            history.count(Kind.EVENTS_LOST);
            deliver(new LoadBalancerEvent(
                    Kind.EVENTS_LOST, balancer, ticker.wallTime(), null, missed + " events were dropped"));
        }
        LoadBalancerEvent end = last;
        if (end != null) {
            last = null;
            deliver(end);
        }
    }

    private void deliver(LoadBalancerEvent event) {
        for (LoadBalancerListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (Throwable e) {
                blame(listener, event, e);
            }
        }
    }

    /** The words are the listener's too, and a second exception must not stop the delivery. */
    private void blame(LoadBalancerListener listener, LoadBalancerEvent event, Throwable thrown) {
        String name = listener.getClass().getName();
        try {
            log.error("{}: listener {} failed on event {}", balancer, name, event, thrown);
        } catch (Throwable e) {
            log.error(
                    "{}: listener {} failed with a {}",
                    balancer,
                    name,
                    thrown.getClass().getName());
        }
    }
}
