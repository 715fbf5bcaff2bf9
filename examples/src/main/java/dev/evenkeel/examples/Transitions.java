package dev.evenkeel.examples;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.LoadBalancerListener;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what the balancer tells of backends that come and go, until the story gets to it. */
final class Transitions implements LoadBalancerListener {
    private final BlockingQueue<LoadBalancerEvent> untold = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(LoadBalancerEvent event) {
        if (event.kind() == Kind.UP || event.kind() == Kind.DOWN) {
            untold.add(event);
        }
    }

    /** Returns the next transition, waiting for it up to the limit, or null if there is none. */
    @Nullable
    LoadBalancerEvent next(Duration limit) throws InterruptedException {
        return untold.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
