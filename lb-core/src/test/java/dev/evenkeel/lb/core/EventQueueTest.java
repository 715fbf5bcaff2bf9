package dev.evenkeel.lb.core;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventQueueTest {
    private final Queue<Runnable> submitted = new ArrayDeque<>();
    private final History history = new History(10);
    private final EventQueue queue = new EventQueue("orders", ManualTime.create(), submitted::add, history);
    private final List<LoadBalancerEvent> heard = new ArrayList<>();

    @Test
    void one_delivery_serves_many_events_in_order() {
        queue.add(heard::add);
        for (int i = 0; i < 100; i++) {
            queue.offer(event("event " + i));
            queue.flush();
        }
        assertThat(submitted).hasSize(1);
        submitted.remove().run();
        assertThat(heard).hasSize(100).element(99).isEqualTo(event("event 99"));
        queue.flush();
        assertThat(submitted).as("and the next one is possible again").hasSize(1);
    }

    @Test
    void a_listener_that_throws_keeps_nothing_from_the_others() {
        queue.add(event -> {
            throw new IllegalStateException("listener is broken");
        });
        queue.add(event -> {
            throw new NoClassDefFoundError("Gone");
        });
        queue.add(heard::add);
        queue.offer(event("one"));
        queue.offer(event("two"));
        queue.flush();
        submitted.remove().run();
        assertThat(heard).containsExactly(event("one"), event("two"));
    }

    @Test
    void what_does_not_fit_is_counted_and_told() {
        queue.add(heard::add);
        for (int i = 0; i < EventQueue.CAPACITY + 7; i++) {
            queue.offer(event("event " + i));
        }
        queue.flush();
        submitted.remove().run();
        assertThat(heard).hasSize(EventQueue.CAPACITY + 1);
        assertThat(heard.get(EventQueue.CAPACITY)).hasToString("orders is EVENTS_LOST: 7 events were dropped");
        assertThat(history.counts()).containsEntry(Kind.EVENTS_LOST, 1L).containsEntry(Kind.PLAN_PUBLISHED, 4_103L);
    }

    @Test
    void the_close_has_its_place_however_many_events_wait_and_is_told_last() {
        queue.add(heard::add);
        for (int i = 0; i < EventQueue.CAPACITY + 7; i++) {
            queue.offer(event("event " + i));
        }
        queue.offer(new LoadBalancerEvent(Kind.CLOSED, "orders", Instant.EPOCH, null, ""));
        queue.flush();
        submitted.remove().run();
        assertThat(heard.get(heard.size() - 2).kind()).isEqualTo(Kind.EVENTS_LOST);
        assertThat(heard.get(heard.size() - 1).kind()).isEqualTo(Kind.CLOSED);
    }

    @Test
    void the_close_is_told_even_if_the_delivery_of_another_was_dropped() {
        queue.add(heard::add);
        queue.offer(event("one"));
        queue.flush();
        submitted.remove(); // as if its thread had ended
        queue.offer(new LoadBalancerEvent(Kind.CLOSED, "orders", Instant.EPOCH, null, ""));
        queue.flush();
        assertThat(submitted).isEmpty();
        queue.flushLast();
        submitted.remove().run();
        assertThat(heard).extracting(LoadBalancerEvent::kind).containsExactly(Kind.PLAN_PUBLISHED, Kind.CLOSED);
    }

    @Test
    void without_a_thread_the_events_wait_for_the_next_one() {
        boolean[] none = {true};
        EventQueue starved = new EventQueue(
                "orders",
                ManualTime.create(),
                task -> {
                    if (none[0]) {
                        throw new OutOfMemoryError("unable to create native thread, as if");
                    }
                    task.run();
                },
                new History(0));
        starved.add(heard::add);
        starved.offer(event("one"));
        starved.flush();
        none[0] = false;
        starved.offer(event("two"));
        starved.flush();
        assertThat(heard).containsExactly(event("one"), event("two"));
    }

    @Test
    @Timeout(60)
    void a_listener_that_blocks_hurts_neither_picks_nor_changes() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Queue<Kind> told = new ConcurrentLinkedQueue<>();
        CountDownLatch closed = new CountDownLatch(1);
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a", "http://b")
                .listener(event -> {
                    blocked.countDown();
                    awaitQuietly(release);
                    told.add(event.kind());
                    if (event.kind() == Kind.CLOSED) {
                        closed.countDown();
                    }
                })
                .build();
        blocked.await();
        orders.drain(Endpoint.of("http://a"));
        orders.acquire().complete(Outcome.SUCCESS);
        orders.close();
        release.countDown();
        assertThat(closed.await(30, SECONDS)).isTrue();
        assertThat(told).contains(Kind.JOINED, Kind.DRAINING, Kind.PLAN_PUBLISHED, Kind.CLOSED);
    }

    @Test
    @Timeout(60)
    void a_lease_may_end_after_the_close_however_its_backend_stands() throws Exception {
        LoadBalancer orders = LoadBalancers.named("orders").backends("http://a").build();
        Lease lease = orders.acquire();
        orders.remove(Endpoint.of("http://a"));
        orders.close();
        assertThat(lease.complete(Outcome.SUCCESS)).isTrue();
        assertThat(orders.snapshot().backends()).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static LoadBalancerEvent event(String reason) {
        return new LoadBalancerEvent(Kind.PLAN_PUBLISHED, "orders", Instant.EPOCH, null, reason);
    }

    @Test
    void a_listener_that_throws_a_checked_exception_keeps_nothing_from_the_others() {
        queue.add(event -> {
            throw Sneaky.thrown(new IOException("listener is broken"));
        });
        queue.add(heard::add);
        queue.offer(event("one"));
        queue.flush();
        submitted.remove().run();
        queue.offer(event("two"));
        queue.flush();
        submitted.remove().run();
        assertThat(heard).containsExactly(event("one"), event("two"));
    }
}
