package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HistoryTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");

    @Test
    void the_latest_events_are_kept_oldest_first_and_plans_are_counted_only() {
        try (LoadBalancer orders = balancer().history(3).build()) {
            orders.drain(A);
            orders.resume(A);
            orders.drain(B);
            assertThat(orders.history())
                    .extracting(LoadBalancerEvent::toString)
                    .containsExactly(
                            "orders: http://a:80 is RESUMED: an operator ended its drain",
                            "orders: http://b:80 is DRAINING: an operator drains it",
                            "orders: http://b:80 is DRAINED: nothing is in flight any more");
            assertThat(orders.snapshot().history()).isEqualTo(orders.history());
            assertThat(orders.snapshot().past().events())
                    .isEqualTo(Map.of(
                            Kind.JOINED, 2L,
                            Kind.DRAINING, 2L,
                            Kind.DRAINED, 2L,
                            Kind.RESUMED, 1L,
                            Kind.PLAN_PUBLISHED, orders.snapshot().planVersion()));
        }
    }

    @Test
    void without_a_word_on_it_a_hundred_are_kept() {
        try (LoadBalancer orders = balancer().build()) {
            for (int i = 0; i < 60; i++) {
                orders.drain(A);
                orders.resume(A);
            }
            assertThat(orders.history()).hasSize(100);
        }
    }

    @Test
    void none_are_kept_where_none_are_wanted() {
        try (LoadBalancer orders = balancer().history(0).build()) {
            assertThat(orders.history()).isEmpty();
            assertThat(orders.snapshot().past().events()).containsEntry(Kind.JOINED, 2L);
        }
    }

    @Test
    void the_close_is_the_last_entry() {
        LoadBalancer orders = balancer().build();
        orders.close();
        assertThat(orders.history()).last().extracting(LoadBalancerEvent::kind).isEqualTo(Kind.CLOSED);
    }

    @Test
    void what_repeats_itself_is_kept_once_with_its_first_time() {
        History history = new History(10);
        for (int i = 0; i < 5; i++) {
            history.add(event("no answer", i));
        }
        history.add(event("refused", 5));
        history.add(event("no answer", 6));
        assertThat(history.latest()).containsExactly(event("no answer", 0), event("refused", 5), event("no answer", 6));
        assertThat(history.counts()).isEqualTo(Map.of(Kind.POLICY_FAILED, 7L));
    }

    @Test
    void notices_of_several_that_take_turns_do_not_push_out_what_came_before() {
        try (TroubledPool pool = TroubledPool.of(TroubledPool.STANDARD.dryRun(), "a", "b", "c")) {
            List<LoadBalancerEvent> before = pool.orders.history();
            History history = new History(20);
            before.forEach(history::add);
            for (int i = 0; i < 1_000; i++) {
                LoadBalancerEvent joined = before.get(i % 2);
                history.add(new LoadBalancerEvent(
                        Kind.WOULD_EJECT, "orders", second(i), joined.backend(), i % 100 + " % of 50 calls failed"));
                history.add(new LoadBalancerEvent(Kind.SOURCE_FAILED, "orders", second(i), null, "attempt " + i));
                history.add(new LoadBalancerEvent(
                        Kind.SOURCE_RECOVERED, "orders", second(i), null, "dns: " + i + " endpoints"));
            }
            assertThat(history.latest()).startsWith(before.toArray(LoadBalancerEvent[]::new));
            assertThat(history.latest().stream().skip(before.size()).map(LoadBalancerEvent::kind))
                    .containsExactly(Kind.WOULD_EJECT, Kind.SOURCE_FAILED, Kind.SOURCE_RECOVERED, Kind.WOULD_EJECT);
            assertThat(history.counts()).containsEntry(Kind.WOULD_EJECT, 1_000L);
        }
    }

    @Test
    void what_goes_on_for_long_is_told_of_once_an_hour() {
        History history = new History(1_000);
        for (int second = 0; second < 3 * 3_600; second += 10) {
            history.add(new LoadBalancerEvent(Kind.SOURCE_FAILED, "orders", second(second), null, "timed out"));
            history.add(new LoadBalancerEvent(Kind.SOURCE_RECOVERED, "orders", second(second), null, "2 endpoints"));
        }
        assertThat(history.latest())
                .hasSize(6)
                .last()
                .extracting(LoadBalancerEvent::at)
                .isEqualTo(second(7_200));
    }

    @Test
    void a_notice_that_was_pushed_out_is_kept_when_it_comes_again() {
        try (TroubledPool pool = TroubledPool.of("a", "b")) {
            List<LoadBalancerEvent> others = pool.orders.history();
            History history = new History(1);
            history.add(event("refused", 0));
            others.forEach(history::add);
            history.add(event("refused", 1));
            assertThat(history.latest()).containsExactly(event("refused", 1));
        }
    }

    @Test
    void a_change_of_state_is_kept_each_time() {
        try (LoadBalancer orders = balancer().build()) {
            for (int i = 0; i < 5; i++) {
                orders.drain(A);
                orders.drain(B);
                orders.resume(A);
                orders.resume(B);
            }
            assertThat(orders.history()).hasSize(32);
        }
    }

    @Test
    @Timeout(60)
    void it_is_kept_while_a_listener_blocks_and_the_queue_overflows() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends(List.of(A, B))
                .listener(event -> {
                    blocked.countDown();
                    awaitQuietly(release);
                })
                .build();
        try {
            blocked.await();
            for (int i = 0; i < EventQueue.CAPACITY; i++) {
                orders.drain(A);
                orders.resume(A);
            }
            orders.drain(B);
            assertThat(orders.history())
                    .hasSize(100)
                    .last()
                    .hasToString("orders: http://b:80 is DRAINED: nothing is in flight any more");
        } finally {
            release.countDown();
            orders.close();
        }
    }

    @Test
    void picks_that_fail_are_counted_by_reason() {
        LoadBalancer orders = balancer().maxInFlightPerBackend(1).build();
        assertThat(orders.snapshot().past().picksFailed()).isEmpty();
        acquire(orders);
        acquire(orders);
        acquire(orders);
        orders.drain(A);
        orders.drain(B);
        acquire(orders);
        orders.replace(List.of());
        acquire(orders);
        acquire(orders);
        orders.close();
        acquire(orders);
        assertThat(orders.snapshot().past().picksFailed())
                .isEqualTo(
                        Map.of(Reason.SATURATED, 1L, Reason.NONE_USABLE, 1L, Reason.NONE_KNOWN, 2L, Reason.CLOSED, 1L));
    }

    @Test
    void a_length_out_of_range_is_refused() {
        assertThatThrownBy(() -> balancer().history(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("history must be 0 to 10000, was -1");
        assertThatThrownBy(() -> balancer().history(10_001)).hasMessage("history must be 0 to 10000, was 10001");
    }

    private static LoadBalancers balancer() {
        return LoadBalancers.named("orders").backends(List.of(A, B)).time(ManualTime.create());
    }

    private static boolean acquire(LoadBalancer orders) {
        try {
            orders.acquire();
            return true;
        } catch (NoBackendAvailableException e) {
            return false;
        }
    }

    private static LoadBalancerEvent event(String reason, int second) {
        return new LoadBalancerEvent(Kind.POLICY_FAILED, "orders", Instant.ofEpochSecond(second), null, reason);
    }

    private static Instant second(int second) {
        return Instant.ofEpochSecond(second);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
