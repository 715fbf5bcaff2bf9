package dev.evenkeel.lb.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.BackendTraffic;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OutOfServiceTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");

    private final ManualTime time = ManualTime.create();
    private final List<Endpoint> gone = new ArrayList<>();
    private boolean sick;

    private LoadBalancers assembly() {
        return LoadBalancers.named("orders")
                .backends(List.of(A, B))
                .policy(RoundRobin.startingAt(0))
                .time(time);
    }

    @Test
    void a_backend_is_told_when_its_last_call_has_ended_and_not_when_it_is_removed() throws Exception {
        try (LoadBalancer orders = assembly().build()) {
            orders.onOutOfService(gone::add);
            Lease onA = orders.acquire();
            orders.remove(A);
            assertThat(gone).isEmpty();
            onA.complete(Outcome.SUCCESS);
            assertThat(gone).containsExactly(A);
            orders.remove(B);
            assertThat(gone).containsExactly(A, B);
        }
        assertThat(gone).as("the close is told elsewhere").hasSize(2);
    }

    @Test
    void a_backend_is_told_at_the_end_of_its_drain_and_at_a_deadline_that_comes_first() throws Exception {
        try (LoadBalancer orders = assembly().build()) {
            orders.onOutOfService(gone::add);
            Lease onA = orders.acquire();
            orders.drain(A, ofSeconds(30), result -> {});
            assertThat(gone).isEmpty();
            time.advance(ofSeconds(30));
            assertThat(gone).containsExactly(A);
            onA.complete(Outcome.SUCCESS);
            assertThat(gone).containsExactly(A, A);
            orders.drain(B);
            assertThat(gone).containsExactly(A, A, B);
            orders.resume(B);
            assertThat(gone).hasSize(3);
        }
    }

    @Test
    void a_backend_is_told_when_it_goes_down_each_time() {
        HealthCheck check = HealthCheck.of(
                        (endpoint, timeout) -> sick && endpoint.equals(B) ? Verdict.fail("sick") : Verdict.pass())
                .rise(1)
                .fall(1);
        try (LoadBalancer orders = assembly().healthCheck(check).build()) {
            orders.onOutOfService(gone::add);
            time.advance(ofSeconds(30));
            assertThat(gone).isEmpty();
            sick = true;
            time.advance(ofSeconds(30));
            assertThat(gone).containsExactly(B);
            sick = false;
            time.advance(ofSeconds(30));
            sick = true;
            time.advance(ofSeconds(30));
            assertThat(gone).containsExactly(B, B);
        }
    }

    @Test
    void an_action_is_told_no_more_once_its_registration_is_ended() {
        try (LoadBalancer orders = assembly().build()) {
            Consumer<Endpoint> twice = gone::add;
            Runnable first = orders.onOutOfService(twice);
            orders.onOutOfService(twice);
            first.run();
            first.run();
            orders.drain(A);
            assertThat(gone).containsExactly(A);
        }
    }

    @Test
    void what_an_action_throws_keeps_nothing_from_the_others() {
        try (LoadBalancer orders = assembly().build()) {
            orders.onOutOfService(endpoint -> {
                throw new IllegalStateException("action is broken");
            });
            orders.onOutOfService(gone::add);
            orders.drain(A);
            assertThat(gone).containsExactly(A);
        }
    }

    @Test
    @Timeout(60)
    void a_listener_or_a_callback_that_blocks_holds_up_no_action() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(2);
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(List.of(A, B))
                .listener(event -> awaitQuietly(release))
                .build()) {
            orders.onOutOfService(endpoint -> told.countDown());
            orders.drain(A, Duration.ofMinutes(1), result -> awaitQuietly(release));
            orders.remove(B);
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            release.countDown();
        }
    }

    @Test
    void behind_an_action_that_blocks_only_so_many_wait() {
        Queue<Runnable> submitted = new ArrayDeque<>();
        OutOfService hook = new OutOfService("orders", submitted::add);
        hook.add(gone::add);
        for (int i = 0; i < OutOfService.CAPACITY + 7; i++) {
            hook.offer(left("http://backend-" + i));
        }
        hook.flush();
        submitted.remove().run();
        assertThat(gone).hasSize(OutOfService.CAPACITY);
        hook.offer(left("http://another"));
        hook.flush();
        submitted.remove().run();
        assertThat(gone).as("there is room again").endsWith(Endpoint.of("http://another"));
    }

    @Test
    void an_event_takes_the_room_of_one_however_many_actions_there_are() {
        Queue<Runnable> submitted = new ArrayDeque<>();
        OutOfService hook = new OutOfService("orders", submitted::add);
        List<Endpoint> unheard = new ArrayList<>();
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < OutOfService.CAPACITY; i++) {
            ends.add(hook.add(unheard::add));
        }
        hook.add(gone::add);
        hook.offer(left("http://a"));
        hook.offer(left("http://b"));
        ends.forEach(Runnable::run);
        hook.add(unheard::add);
        hook.flush();
        submitted.remove().run();
        assertThat(gone).containsExactly(A, B);
        assertThat(unheard).as("of what was before, or after they were ended").isEmpty();
    }

    private static LoadBalancerEvent left(String url) {
        BackendSnapshot backend = new BackendSnapshot(
                Endpoint.of(url),
                BackendState.LEAVING,
                Duration.ZERO,
                BackendHealth.UNCHECKED,
                "",
                new BackendTraffic(0, 0, 0));
        return new LoadBalancerEvent(Kind.LEFT, "orders", Instant.EPOCH, backend, "its last call has ended");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
