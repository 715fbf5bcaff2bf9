package dev.evenkeel.lb.core;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BalancerTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");
    private static final Endpoint C = Endpoint.of("http://c");

    private final ManualTime time = ManualTime.create();
    private final List<LoadBalancerEvent> events = new ArrayList<>();
    private final LoadBalancer orders = LoadBalancers.named("orders")
            .backends("http://a", "http://b")
            .policy(RoundRobin.startingAt(0))
            .listener(events::add)
            .time(time)
            .build();

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void a_lease_is_in_flight_until_it_is_completed_and_completes_once() throws Exception {
        Lease lease = orders.acquire();
        assertThat(lease.backend().endpoint()).isEqualTo(A);
        assertThat(lease.backend().inFlight()).isEqualTo(1);
        assertThat(lease.complete(Outcome.SUCCESS)).isTrue();
        assertThat(lease.complete(Outcome.failure(null))).isFalse();
        assertThat(lease.backend().inFlight()).isZero();
        assertThat(orders.snapshot().backends().get(0).traffic()).hasToString("0 in flight, 1 attempt, 0 failed");
    }

    @Test
    void only_failures_are_counted_as_failed() throws Exception {
        orders.remove(B);
        orders.acquire().complete(Outcome.failure(new IOException("reset")));
        orders.acquire().complete(Outcome.unreachable(new IOException("refused")));
        orders.acquire().complete(Outcome.REJECTED);
        orders.acquire().complete(Outcome.IGNORED);
        orders.acquire().complete(Outcome.SUCCESS);
        assertThat(orders.snapshot().backends().get(0).traffic()).hasToString("0 in flight, 5 attempts, 2 failed");
    }

    @Test
    void a_change_is_in_force_when_the_call_returns() {
        orders.add(C);
        assertThat(picks(6)).containsExactlyInAnyOrder(A, A, B, B, C, C);
        orders.drain(A);
        assertThat(picks(4)).containsExactlyInAnyOrder(B, B, C, C);
        orders.resume(A);
        orders.remove(B);
        assertThat(picks(4)).containsExactlyInAnyOrder(A, A, C, C);
        orders.replace(List.of(B, C.withWeight(9)));
        assertThat(picks(10)).containsExactlyInAnyOrder(B, C, C, C, C, C, C, C, C, C);
        assertThat(orders.snapshot().backends())
                .extracting(
                        backend -> backend.endpoint() + "*" + backend.endpoint().weight())
                .containsExactlyInAnyOrder("http://c:80*9", "http://b:80*1");
    }

    @Test
    void survivors_of_an_update_keep_their_counters() throws Exception {
        Lease lease = orders.acquire();
        orders.replace(List.of(C, A.withWeight(4)));
        assertThat(lease.backend().weight()).isEqualTo(4);
        assertThat(lease.backend().inFlight()).isEqualTo(1);
        lease.complete(Outcome.SUCCESS);
    }

    @Test
    void a_removed_backend_is_told_as_gone_when_its_last_call_has_ended() throws Exception {
        Lease lease = orders.acquire();
        orders.remove(A);
        assertThat(orders.snapshot().count(BackendState.LEAVING)).isEqualTo(1);
        assertThat(kinds()).doesNotContain(Kind.LEFT);
        lease.complete(Outcome.SUCCESS);
        assertThat(orders.snapshot().backends()).hasSize(1);
        assertThat(kinds()).endsWith(Kind.DRAINING, Kind.PLAN_PUBLISHED, Kind.LEFT);
    }

    @Test
    void a_backend_that_comes_back_while_it_leaves_is_the_same_backend() throws Exception {
        Lease lease = orders.acquire();
        orders.remove(A);
        orders.add(A);
        assertThat(orders.snapshot().backends()).hasSize(2).noneMatch(it -> it.state() == BackendState.LEAVING);
        assertThat(lease.backend().isEligible()).isTrue();
        assertThat(lease.backend().inFlight()).isEqualTo(1);
        lease.complete(Outcome.SUCCESS);
        assertThat(orders.snapshot().backends()).hasSize(2);
    }

    @Test
    void the_last_backend_may_be_removed_and_then_none_is_known() {
        orders.replace(List.of());
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage("orders: no backend is known")
                .matches(e -> e.reason() == Reason.NONE_KNOWN);
    }

    @Test
    void when_none_is_usable_the_error_tells_why() {
        orders.drain(A);
        time.advance(ofSeconds(12));
        orders.drain(B);
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage(
                        "orders: none of 2 backends is usable: http://a:80 draining 12 s, http://b:80 draining 0 ms")
                .matches(e -> e.reason() == Reason.NONE_USABLE && e.backends().size() == 2);
    }

    @Test
    void closed_is_told_from_down() throws Exception {
        Lease lease = orders.acquire();
        orders.close();
        orders.close();
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage("orders: the balancer is closed");
        assertThat(lease.complete(Outcome.SUCCESS)).isTrue();
        assertThat(kinds()).endsWith(Kind.CLOSED);
        assertThat(kinds().stream().filter(Kind.CLOSED::equals)).hasSize(1);
        assertThat(orders.snapshot().closed()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> orders.add(C)).withMessage("orders is closed");
        assertThatIllegalStateException().isThrownBy(() -> orders.replace(List.of(C)));
        assertThatIllegalStateException().isThrownBy(() -> orders.drain(A));
    }

    @Test
    void an_endpoint_that_is_not_there_is_named_with_those_that_are() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders.drain(C))
                .withMessage(
                        "orders: http://c:80 is no backend here; the backends are [http://a:80 up, http://b:80 up]");
        assertThatIllegalArgumentException().isThrownBy(() -> orders.remove(C));
        assertThatIllegalArgumentException().isThrownBy(() -> orders.resume(C));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders.add(A))
                .withMessage("orders: http://a:80 is a backend already");
    }

    @Test
    void a_set_with_a_backend_twice_is_refused_whole() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders.replace(List.of(C, B, Endpoint.of("http://c:80/"))))
                .withMessage("orders: backend http://c:80 was given twice");
        assertThat(picks(4)).containsExactlyInAnyOrder(A, A, B, B);
    }

    @Test
    void events_tell_what_happened_in_order() {
        orders.drain(A);
        orders.resume(A);
        orders.remove(B);
        assertThat(events)
                .extracting(LoadBalancerEvent::toString)
                .containsExactly(
                        "orders: http://a:80 is JOINED: added",
                        "orders: http://b:80 is JOINED: added",
                        "orders is PLAN_PUBLISHED: plan 1 with 2 eligible",
                        "orders: http://a:80 is DRAINING: an operator drains it",
                        "orders: http://a:80 is DRAINED: nothing is in flight any more",
                        "orders is PLAN_PUBLISHED: plan 2 with 1 eligible",
                        "orders: http://a:80 is RESUMED: an operator ended its drain",
                        "orders is PLAN_PUBLISHED: plan 3 with 2 eligible",
                        "orders: http://b:80 is DRAINING: removed",
                        "orders: http://b:80 is LEFT: its last call has ended",
                        "orders is PLAN_PUBLISHED: plan 4 with 1 eligible");
    }

    @Test
    void a_listener_may_change_and_close_the_balancer() {
        orders.addListener(event -> {
            if (event.kind() == Kind.DRAINING && event.backend() != null) {
                orders.resume(event.backend().endpoint());
                orders.close();
            }
        });
        orders.drain(A);
        assertThat(kinds()).contains(Kind.RESUMED).endsWith(Kind.CLOSED);
    }

    private List<Kind> kinds() {
        return events.stream().map(LoadBalancerEvent::kind).toList();
    }

    private List<Endpoint> picks(int count) {
        List<Endpoint> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                Lease lease = orders.acquire();
                picked.add(lease.backend().endpoint());
                lease.complete(Outcome.SUCCESS);
            } catch (NoBackendAvailableException e) {
                throw new AssertionError(e);
            }
        }
        return picked;
    }
}
