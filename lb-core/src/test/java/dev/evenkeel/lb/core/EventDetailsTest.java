package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an event tells beside its reason. */
class EventDetailsTest {
    private static final Endpoint A = Endpoint.of("http://a:8080");
    private static final Endpoint B = Endpoint.of("http://b:8080");

    private final ManualTime time = ManualTime.create();
    private final List<LoadBalancerEvent> events = new ArrayList<>();
    private final ConnectException refused = new ConnectException("Connection refused");
    private boolean sick;

    private final LoadBalancer orders = LoadBalancers.named("orders")
            .backends(List.of(A, B))
            .healthCheck((endpoint, timeout) ->
                    sick && endpoint.equals(A) ? Verdict.fail("connection refused", refused) : Verdict.pass())
            .listener(events::add)
            .time(time)
            .build();

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void a_fall_carries_what_was_thrown_and_how_long_the_backend_was_up() {
        time.advance(Duration.ofMinutes(5));
        sick = true;
        time.advance(Duration.ofMinutes(1));
        LoadBalancerEvent down = last(Kind.DOWN);
        assertThat(down.cause()).isSameAs(refused);
        assertThat(down.change().flags()).isEmpty();
        assertThat(before(down).state()).isEqualTo(BackendState.UP);
        assertThat(before(down).lasted()).isBetween(Duration.ofMinutes(5), Duration.ofSeconds(320));
        assertThat(down.since()).as("the start").isEqualTo(events.get(0).at());
        assertThat(down).hasToString("orders: http://a:8080 is DOWN: 3 failed probes: connection refused");
        assertThat(down.line())
                .isEqualTo("orders: http://a:8080 is DOWN: 3 failed probes: connection refused; was up for 5 min");
    }

    @Test
    void a_return_tells_how_long_the_backend_was_down() {
        time.advance(Duration.ofMinutes(5));
        sick = true;
        time.advance(Duration.ofMinutes(1));
        sick = false;
        time.advance(Duration.ofMinutes(1));
        LoadBalancerEvent down = last(Kind.DOWN);
        LoadBalancerEvent up = last(Kind.UP);
        assertThat(before(up)).isEqualTo(new Before(BackendState.DOWN, Duration.between(down.at(), up.at())));
        assertThat(up.since()).isEqualTo(down.at());
        assertThat(up.cause()).isNull();
    }

    @Test
    void the_first_verdict_says_that_it_is_the_first_and_a_fall_by_it_that_more_is_to_come() {
        sick = true;
        time.advance(Duration.ofSeconds(1));
        assertThat(last(Kind.DOWN).change().flags()).containsExactly(Flag.FIRST_CHECK, Flag.PENDING);
        assertThat(last(Kind.DOWN).line()).endsWith("; first check; pending");
    }

    @Test
    void a_drain_is_pending_while_calls_are_in_flight() throws Exception {
        Lease lease = orders.acquire();
        Endpoint busy = lease.backend().endpoint();
        orders.drain(busy);
        assertThat(last(Kind.DRAINING).change().flags()).containsExactly(Flag.PENDING);
        orders.drain(busy.equals(A) ? B : A);
        assertThat(last(Kind.DRAINING).change().flags()).isEmpty();
        lease.complete(Outcome.SUCCESS);
    }

    @Test
    void a_verdict_on_a_backend_that_drains_changes_no_state_and_is_not_enforced() {
        time.advance(Duration.ofMinutes(5));
        orders.drain(A);
        sick = true;
        time.advance(Duration.ofMinutes(1));
        assertThat(last(Kind.DOWN).change().flags()).containsExactly(Flag.NOT_ENFORCED);
        assertThat(last(Kind.DOWN).change().before()).isNull();
        assertThat(last(Kind.DOWN).since()).isNull();
        orders.resume(A);
        assertThat(last(Kind.RESUMED).change().flags()).as("still down").containsExactly(Flag.NOT_ENFORCED);
        assertThat(before(last(Kind.RESUMED)).state()).isEqualTo(BackendState.DRAINING);
    }

    @Test
    void a_backend_that_has_left_tells_how_long_its_leave_took() throws Exception {
        Lease lease = orders.acquire();
        orders.remove(lease.backend().endpoint());
        assertThat(last(Kind.DRAINING).change().has(Flag.PENDING)).isTrue();
        time.advance(Duration.ofSeconds(40));
        lease.complete(Outcome.SUCCESS);
        assertThat(last(Kind.LEFT).change().before()).hasToString("was leaving for 40 s");
    }

    @Test
    void while_health_is_ignored_a_verdict_is_not_enforced_but_a_drain_is() {
        Set<Endpoint> down = new HashSet<>(Set.of(A, B));
        HealthCheck check = HealthCheck.of(
                        (endpoint, timeout) -> down.contains(endpoint) ? Verdict.fail("sick") : Verdict.pass())
                .every(Duration.ofSeconds(1))
                .rise(1)
                .fall(1);
        List<LoadBalancerEvent> told = new ArrayList<>();
        try (LoadBalancer panicky = LoadBalancers.named("panicky")
                .backends(List.of(A, B, Endpoint.of("http://c:8080")))
                .healthCheck(check)
                .panicBelow(0.5)
                .listener(told::add)
                .time(time)
                .build()) {
            time.advance(Duration.ofSeconds(3));
            assertThat(panicky.snapshot().plan().isPanic()).isTrue();
            told.clear();
            down.add(Endpoint.of("http://c:8080"));
            time.advance(Duration.ofSeconds(3));
            panicky.drain(B);
            panicky.resume(B);
            assertThat(told)
                    .filteredOn(event -> event.backend() != null)
                    .extracting(LoadBalancerEvent::line)
                    .containsExactly(
                            "panicky: http://c:8080 is DOWN: 1 failed probe: sick; was up for 3 s; not enforced",
                            "panicky: http://b:8080 is DRAINING: an operator drains it; was down for 5 s",
                            "panicky: http://b:8080 is DRAINED: nothing is in flight any more",
                            "panicky: http://b:8080 is RESUMED: an operator ended its drain; was draining for 0 ms");
            down.clear();
            time.advance(Duration.ofSeconds(3));
            assertThat(panicky.snapshot().plan().isPanic()).isFalse();
            down.add(A);
            time.advance(Duration.ofSeconds(3));
            assertThat(told).last().satisfies(it -> assertThat(it.kind()).isEqualTo(Kind.PLAN_PUBLISHED));
            assertThat(told.stream().filter(event -> event.kind() == Kind.DOWN))
                    .last()
                    .satisfies(it -> assertThat(it.change().flags()).isEmpty());
        }
    }

    @Test
    void a_backend_that_is_out_from_the_start_says_once_why_it_does_not_come_in() {
        List<LoadBalancerEvent> told = new ArrayList<>();
        HealthCheck check = HealthCheck.of((endpoint, timeout) ->
                        endpoint.equals(A) ? Verdict.fail("connection refused", refused) : Verdict.pass())
                .start(Start.PESSIMISTIC);
        try (LoadBalancer careful = LoadBalancers.named("careful")
                .backends(List.of(A, B))
                .healthCheck(check)
                .listener(told::add)
                .time(time)
                .build()) {
            time.advance(Duration.ofMinutes(10));
            List<LoadBalancerEvent> falls =
                    told.stream().filter(event -> event.kind() == Kind.DOWN).toList();
            assertThat(falls)
                    .extracting(LoadBalancerEvent::line)
                    .containsExactly("careful: http://a:8080 is DOWN: first probe failed: connection refused;"
                            + " first check; pending");
            assertThat(falls.get(0).cause()).isSameAs(refused);
            assertThat(careful.history()).contains(falls.get(0));
        }
    }

    private LoadBalancerEvent last(Kind kind) {
        return events.stream()
                .filter(event -> event.kind() == kind)
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + events));
    }

    private static Before before(LoadBalancerEvent event) {
        Change change = event.change();
        Before before = change.before();
        if (before == null) {
            throw new AssertionError("nothing before in " + event);
        }
        return before;
    }
}
