package dev.evenkeel.lb.core;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.DrainResult;
import dev.evenkeel.lb.api.DrainResult.End;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");

    private final ManualTime time = ManualTime.create();
    private final List<LoadBalancerEvent> events = new ArrayList<>();
    private final List<DrainResult> results = new ArrayList<>();
    private final LoadBalancer orders = LoadBalancers.named("orders")
            .backends("http://a", "http://b")
            .policy(RoundRobin.startingAt(0))
            .listener(events::add)
            .time(time)
            .build();

    @AfterEach
    void no_timer_is_left_after_the_close() {
        orders.close();
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void a_backend_without_calls_is_idle_at_once() {
        drain(ofSeconds(30));
        assertThat(results).containsExactly(new DrainResult(A, End.IDLE, 0));
        assertThat(time.pendingTasks()).isZero();
        assertThat(drained()).containsExactly("orders: http://a:80 is DRAINED: nothing is in flight any more");
    }

    @Test
    void it_is_idle_at_the_end_of_its_last_call_and_told_once() throws Exception {
        Lease first = onA();
        Lease second = onA();
        drain(ofSeconds(30));
        first.complete(Outcome.SUCCESS);
        assertThat(results).isEmpty();
        second.complete(Outcome.failure(null));
        second.complete(Outcome.SUCCESS);
        time.advance(ofSeconds(60));
        assertThat(results).containsExactly(new DrainResult(A, End.IDLE, 0));
        assertThat(drained()).hasSize(1);
    }

    @Test
    void the_deadline_tells_how_many_calls_go_on_and_ends_the_wait_but_not_the_drain() throws Exception {
        Lease first = onA();
        onA();
        drain(ofSeconds(30));
        time.advance(ofSeconds(30).minusNanos(1));
        assertThat(results).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(results).containsExactly(new DrainResult(A, End.DEADLINE, 2));
        assertThat(results.get(0)).hasToString("drain of http://a:80 ended: DEADLINE with 2 in flight");
        assertThat(drained())
                .containsExactly("orders: http://a:80 is DRAINED: the deadline has passed with 2 in flight");
        first.complete(Outcome.SUCCESS);
        assertThat(results).hasSize(1);
        assertThat(orders.acquire().backend().endpoint()).isEqualTo(B);
        assertThat(orders.acquire().backend().endpoint()).isEqualTo(B);
    }

    @Test
    void a_drain_that_is_ended_says_so() throws Exception {
        onA();
        drain(ofSeconds(30));
        orders.resume(A);
        assertThat(results).containsExactly(new DrainResult(A, End.RESUMED, 1));
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void a_drained_backend_that_is_removed_says_so_and_leaves_at_its_last_call() throws Exception {
        Lease lease = onA();
        drain(ofSeconds(30));
        orders.remove(A);
        assertThat(results).containsExactly(new DrainResult(A, End.REMOVED, 1));
        lease.complete(Outcome.SUCCESS);
        assertThat(results).hasSize(1);
        assertThat(drained()).as("that is told as gone").isEmpty();
        assertThat(events.get(events.size() - 1).kind()).isEqualTo(Kind.LEFT);
    }

    @Test
    void a_drained_backend_that_returns_while_it_leaves_is_still_drained() throws Exception {
        Lease lease = onA();
        orders.drain(A);
        orders.remove(A);
        orders.add(A);
        assertThat(orders.acquire().backend().endpoint()).isEqualTo(B);
        drain(ofSeconds(30));
        lease.complete(Outcome.SUCCESS);
        assertThat(results).containsExactly(new DrainResult(A, End.IDLE, 0));
    }

    @Test
    void the_close_ends_every_wait() throws Exception {
        onA();
        drain(ofSeconds(30));
        drain(ofSeconds(40));
        orders.close();
        assertThat(results).containsOnly(new DrainResult(A, End.CLOSED, 1)).hasSize(2);
    }

    @Test
    void draining_again_is_one_more_wait_with_its_own_deadline() throws Exception {
        Lease lease = onA();
        drain(ofSeconds(30));
        drain(ofSeconds(10));
        time.advance(ofSeconds(10));
        assertThat(results).containsExactly(new DrainResult(A, End.DEADLINE, 1));
        lease.complete(Outcome.SUCCESS);
        assertThat(results).containsExactly(new DrainResult(A, End.DEADLINE, 1), new DrainResult(A, End.IDLE, 0));
        drain(ofSeconds(10));
        assertThat(results).hasSize(3).element(2).isEqualTo(new DrainResult(A, End.IDLE, 0));
        assertThat(drained()).as("once at the deadline, once when it was idle").hasSize(2);
    }

    @Test
    void each_drain_is_told_as_over_anew() {
        orders.drain(A);
        orders.drain(A);
        orders.resume(A);
        orders.drain(A);
        assertThat(drained()).hasSize(2);
    }

    @Test
    void what_a_callback_throws_goes_no_further_and_it_may_call_the_balancer() {
        orders.drain(A, ofSeconds(1), result -> {
            throw new IllegalStateException("callback is broken");
        });
        orders.drain(A, ofSeconds(1), result -> orders.resume(A));
        assertThat(orders.snapshot().backends()).allMatch(backend -> backend.state() == BackendState.UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT8784H0.000000001S", "PT2562047788015215H30M7S"})
    void a_deadline_out_of_range_is_refused_and_nothing_is_drained(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> drain(Duration.parse(text)))
                .withMessage("orders: the deadline of a drain must be above 0 and at most PT8784H, was "
                        + Duration.parse(text) + " for http://a:80");
        assertThat(orders.snapshot().count(BackendState.UP)).isEqualTo(2);
        drain(ofDays(366));
        assertThat(results).hasSize(1);
    }

    @Test
    void the_unknown_and_the_closed_are_refused_without_a_callback() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders.drain(Endpoint.of("http://c"), ofMillis(1), results::add))
                .withMessageContaining("http://c:80 is no backend here");
        orders.close();
        assertThatIllegalStateException().isThrownBy(() -> drain(ofMillis(1)));
        assertThat(results).isEmpty();
    }

    private void drain(Duration deadline) {
        orders.drain(A, deadline, results::add);
    }

    private Lease onA() throws Exception {
        Lease lease = orders.acquire();
        if (!lease.backend().endpoint().equals(A)) {
            lease.complete(Outcome.SUCCESS);
            lease = orders.acquire();
        }
        assertThat(lease.backend().endpoint()).isEqualTo(A);
        return lease;
    }

    private List<String> drained() {
        return events.stream()
                .filter(event -> event.kind() == Kind.DRAINED)
                .map(LoadBalancerEvent::toString)
                .toList();
    }
}
