package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.DrainResult.End;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads: the zero of a drain is neither missed nor told too early, and every wait is over once. */
@Timeout(120)
class DrainRaceTest {
    private static final int CALLERS = 6;
    private static final int DRAINS = 3_000;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Endpoint A = Endpoint.of("http://a");

    private final Map<Endpoint, AtomicInteger> out = new ConcurrentHashMap<>();
    private volatile boolean stop;

    @Test
    void a_drain_under_traffic_always_comes_to_its_zero_and_then_nothing_is_out() throws Exception {
        LoadBalancer orders =
                LoadBalancers.named("orders").backends("http://a", "http://b").build();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int i = 0; i < CALLERS; i++) {
                running.add(callers.submit(callingOn(orders)));
            }
            for (int i = 0; i < DRAINS; i++) {
                BlockingQueue<DrainResult> results = new LinkedBlockingQueue<>();
                orders.drain(A, LONG, results::add);
                DrainResult result = results.poll(30, TimeUnit.SECONDS);
                assertThat(result).as("drain %s", i).isEqualTo(new DrainResult(A, End.IDLE, 0));
                assertThat(out(A))
                        .as("leases on a drained backend, drain %s", i)
                        .hasValue(0);
                orders.resume(A);
                assertThat(results).as("told once, drain %s", i).isEmpty();
            }
            stop = true;
            for (Future<?> caller : running) {
                caller.get(30, TimeUnit.SECONDS);
            }
        } finally {
            stop = true;
            callers.shutdownNow();
            orders.close();
        }
    }

    private Callable<@Nullable Void> callingOn(LoadBalancer orders) {
        return () -> {
            while (!stop) {
                Lease lease = orders.acquire();
                AtomicInteger mine = out(lease.backend().endpoint());
                mine.incrementAndGet();
                Thread.onSpinWait();
                mine.decrementAndGet();
                lease.complete(Outcome.SUCCESS);
            }
            return null;
        };
    }

    private AtomicInteger out(Endpoint endpoint) {
        return out.computeIfAbsent(endpoint, unseen -> new AtomicInteger());
    }

    @Test
    void whoever_ends_it_first_every_wait_is_over_exactly_once() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 300; round++) {
                LoadBalancer orders = LoadBalancers.named("orders")
                        .backends("http://a", "http://b")
                        .build();
                List<Lease> leases = List.of(orders.acquire(), orders.acquire());
                BlockingQueue<DrainResult> results = new LinkedBlockingQueue<>();
                orders.drain(A, Duration.ofNanos(1 + round * 1_000L), results::add);
                List<Future<?>> ending = List.of(
                        threads.submit(() -> leases.forEach(lease -> lease.complete(Outcome.SUCCESS))),
                        threads.submit(() -> unlessClosed(() -> orders.resume(A))),
                        threads.submit(() -> unlessClosed(() -> orders.remove(A))),
                        threads.submit(orders::close));
                for (Future<?> one : ending) {
                    one.get(30, TimeUnit.SECONDS);
                }
                assertThat(results.poll(30, TimeUnit.SECONDS))
                        .as("round %s", round)
                        .isNotNull();
                assertThat(results).as("round %s", round).isEmpty();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The close, or the removal, may have been first. */
    private static void unlessClosed(Runnable change) {
        try {
            change.run();
        } catch (IllegalStateException | IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("orders");
        }
    }
}
