package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendsSaturatedException;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MaxInFlightTest {
    private static LoadBalancer limited(int limit, String... urls) {
        return LoadBalancers.named("orders")
                .backends(urls)
                .maxInFlightPerBackend(limit)
                .build();
    }

    @Test
    void attempts_fill_every_backend_and_then_fail_at_once() throws Exception {
        try (LoadBalancer orders = limited(2, "http://a", "http://b", "http://c")) {
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                leases.add(orders.acquire());
            }
            assertThat(orders.snapshot().backends())
                    .extracting(backend -> backend.traffic().inFlight())
                    .containsExactly(2, 2, 2);

            assertThatThrownBy(orders::acquire)
                    .isInstanceOf(BackendsSaturatedException.class)
                    .isInstanceOf(NoBackendAvailableException.class)
                    .hasMessage("orders: none of 3 backends is free: http://a:80 2 in flight, http://b:80 2 in flight,"
                            + " http://c:80 2 in flight");

            Lease ended = leases.get(3);
            ended.complete(Outcome.SUCCESS);
            assertThat(orders.acquire().backend()).isSameAs(ended.backend());
        }
    }

    @Test
    void a_full_backend_hides_no_free_one() throws Exception {
        try (LoadBalancer orders = limited(1, "http://a", "http://b", "http://c")) {
            for (int round = 0; round < 50; round++) {
                Lease first = orders.acquire();
                Lease second = orders.acquire();
                Lease third = orders.acquire();
                assertThat(List.of(first.backend(), second.backend(), third.backend()))
                        .doesNotHaveDuplicates();
                first.complete(Outcome.SUCCESS);
                second.complete(Outcome.SUCCESS);
                third.complete(Outcome.SUCCESS);
            }
        }
    }

    @Test
    void what_is_drained_is_not_called_full() {
        try (LoadBalancer orders = limited(1, "http://a", "http://b")) {
            orders.drain(Endpoint.of("http://a"));
            orders.drain(Endpoint.of("http://b"));
            assertThatThrownBy(orders::acquire)
                    .isExactlyInstanceOf(NoBackendAvailableException.class)
                    .extracting(e -> ((NoBackendAvailableException) e).reason())
                    .isEqualTo(Reason.NONE_USABLE);
        }
    }

    @Test
    void full_and_drained_are_told_apart() throws Exception {
        try (LoadBalancer orders = limited(1, "http://a", "http://b")) {
            orders.drain(Endpoint.of("http://a"));
            orders.acquire();
            assertThatThrownBy(orders::acquire)
                    .isInstanceOf(BackendsSaturatedException.class)
                    .hasMessageMatching(
                            "orders: none of 2 backends is free: http://a:80 draining .*, http://b:80 1 in flight");
        }
    }

    @Test
    void a_limit_below_one_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadBalancers.named("orders").maxInFlightPerBackend(0))
                .withMessage("maxInFlightPerBackend must be at least 1, was 0");
    }

    @Test
    @Timeout(60)
    void the_limit_holds_under_many_threads() throws Exception {
        int limit = 3;
        try (LoadBalancer orders = limited(limit, "http://a", "http://b")) {
            var threads = Executors.newFixedThreadPool(8);
            CyclicBarrier start = new CyclicBarrier(8);
            AtomicLong full = new AtomicLong();
            AtomicLong most = new AtomicLong();
            try {
                List<Future<?>> all = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    all.add(threads.submit(() -> {
                        Lease held = null;
                        for (int i = 0; i < 20_000; i++) {
                            if (i < 2) {
                                start.await(); // at the second, whoever got one holds it
                            }
                            try {
                                Lease lease = orders.acquire();
                                most.accumulateAndGet(lease.backend().inFlight(), Math::max);
                                if (held != null) {
                                    held.complete(Outcome.SUCCESS);
                                }
                                held = lease;
                            } catch (BackendsSaturatedException e) {
                                full.incrementAndGet();
                            }
                        }
                        if (held != null) {
                            held.complete(Outcome.SUCCESS);
                        }
                        return null;
                    }));
                }
                for (Future<?> one : all) {
                    one.get(60, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(most.get()).isLessThanOrEqualTo(limit);
            assertThat(full.get()).as("8 threads want more than 2 x 3").isPositive();
            assertThat(orders.snapshot().backends())
                    .extracting(BackendSnapshot::traffic)
                    .allSatisfy(traffic -> assertThat(traffic.inFlight()).isZero());
        }
    }
}
