package dev.evenkeel.lb.core;

import static dev.evenkeel.lb.core.FakeSource.endpoint;
import static dev.evenkeel.lb.core.FakeSource.endpoints;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.SourceSnapshot;
import dev.evenkeel.lb.api.SourceSnapshot.State;
import dev.evenkeel.lb.core.discovery.EndpointSources;
import dev.evenkeel.lb.core.discovery.ProgrammaticSource;
import dev.evenkeel.lb.core.time.ManualTime;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A balancer that learns from a source who its backends are. */
class SourcedBalancerTest {
    private final ManualTime time = ManualTime.create();
    private final FakeSource source = new FakeSource();
    private final List<LoadBalancerEvent> events = new ArrayList<>();
    private final LoadBalancer orders = LoadBalancers.named("orders")
            .source(source)
            .listener(events::add)
            .time(time)
            .build();

    @AfterEach
    void leaves_nothing_behind() {
        orders.close();
        assertThat(time.pendingTasks()).isZero();
    }

    private void finds(String... hosts) {
        source.finds(hosts);
        time.advance(ofMillis(100));
    }

    private List<String> hosts() {
        return orders.snapshot().backends().stream()
                .map(backend -> backend.endpoint().host())
                .toList();
    }

    private BackendSnapshot backend(String host) {
        return orders.snapshot().backends().stream()
                .filter(backend -> backend.endpoint().equals(endpoint(host)))
                .findFirst()
                .orElseThrow();
    }

    private List<String> told(Kind kind) {
        return events.stream()
                .filter(event -> event.kind() == kind)
                .map(LoadBalancerEvent::toString)
                .toList();
    }

    @Test
    void what_the_source_finds_is_the_whole_set() throws Exception {
        finds("a", "b");
        assertThat(hosts()).containsExactly("a", "b");
        finds("b", "c");
        assertThat(hosts()).containsExactly("b", "c");
        orders.acquire().complete(Outcome.SUCCESS);
        assertThat(told(Kind.JOINED).get(0)).isEqualTo("orders: http://a:80 is JOINED: added by fake");
        assertThat(told(Kind.DRAINING)).containsExactly("orders: http://a:80 is DRAINING: removed by fake");
    }

    @Test
    void the_snapshot_tells_how_the_source_stands_and_since_when() {
        time.advance(ofSeconds(2));
        assertThat(orders.snapshot().source()).hasToString("fake waiting for 2 s");
        finds("a");
        time.advance(ofSeconds(60));
        assertThat(orders.snapshot().source()).hasToString("fake answering for 60 s");
        source.discovery().failed("timed out", null);
        time.advance(ofSeconds(5));
        source.discovery().failed("refused", new UnknownHostException("orders.internal"));
        time.advance(ofSeconds(5));
        assertThat(orders.snapshot().source())
                .isEqualTo(new SourceSnapshot("fake", State.FAILING, "refused", ofSeconds(10)));
        assertThat(orders.snapshot()).asString().contains(", source fake failing for 10 s (refused)");
        assertThat(orders.snapshot().toJson())
                .contains(
                        "\"source\":{\"name\":\"fake\",\"state\":\"failing\",\"reason\":\"refused\",\"inStateMillis\":10000}");
        finds("a");
        assertThat(orders.snapshot().source()).hasToString("fake answering for 100 ms");
    }

    @Test
    void a_failure_of_the_source_carries_what_was_thrown() {
        finds("a");
        UnknownHostException unknown = new UnknownHostException("orders.internal");
        source.discovery().failed("unknown host", unknown);
        time.advance(ofSeconds(1));
        assertThat(events)
                .filteredOn(event -> event.kind() == Kind.SOURCE_FAILED)
                .extracting(LoadBalancerEvent::cause)
                .containsExactly(unknown);
    }

    @Test
    void of_duplicates_the_first_wins() {
        finds("a;weight=3", "b", "a;weight=7", "b;weight=9");
        assertThat(hosts()).containsExactly("a", "b");
        assertThat(backend("a").endpoint().weight()).isEqualTo(3);
        assertThat(backend("b").endpoint().weight()).isEqualTo(1);
    }

    @Test
    void labels_are_carried_over_and_counters_stay() throws Exception {
        finds("a");
        orders.acquire().complete(Outcome.SUCCESS);
        finds("a;weight=5;zone=x;tier=2");
        BackendSnapshot a = backend("a");
        assertThat(a.endpoint().weight()).isEqualTo(5);
        assertThat(a.endpoint().zone()).isEqualTo("x");
        assertThat(a.endpoint().tier()).isEqualTo(2);
        assertThat(a.traffic().attempts()).isEqualTo(1);
        assertThat(told(Kind.JOINED)).hasSize(1);
    }

    @Test
    void the_same_set_again_makes_no_plan() {
        finds("a", "b");
        long version = orders.snapshot().planVersion();
        finds("b", "a");
        assertThat(orders.snapshot().planVersion()).isEqualTo(version);
    }

    @Test
    void a_vanished_backend_drains_and_is_the_same_when_it_returns_meanwhile() throws Exception {
        finds("a");
        Lease lease = orders.acquire();
        finds("b");
        assertThat(backend("a").state()).isEqualTo(BackendState.LEAVING);
        finds("a", "b");
        assertThat(backend("a").state()).isEqualTo(BackendState.UP);
        assertThat(backend("a").traffic().inFlight()).isEqualTo(1);
        lease.complete(Outcome.SUCCESS);
        assertThat(told(Kind.LEFT)).isEmpty();
        finds("b");
        assertThat(told(Kind.LEFT)).hasSize(1);
    }

    @Test
    void a_hundred_thousand_sets_make_a_handful_of_plans_and_the_last_one_counts() {
        finds("a");
        long version = orders.snapshot().planVersion();
        int waiting = time.pendingTasks();
        List<Endpoint> early = endpoints("b", "a");
        List<Endpoint> late = endpoints("c", "a");
        for (int i = 0; i < 100_000; i++) {
            source.discovery().found(i % 2 == 0 ? early : late);
        }
        assertThat(time.pendingTasks()).isLessThanOrEqualTo(waiting + 1);
        time.advance(ofSeconds(1));
        assertThat(hosts()).containsExactly("a", "c");
        assertThat(orders.snapshot().planVersion() - version).isLessThanOrEqualTo(3);
    }

    @Test
    void ten_sets_a_second_are_put_in_force_at_most() {
        finds("a");
        long version = orders.snapshot().planVersion();
        for (int i = 0; i < 1_000; i++) {
            source.finds("b" + i, "a");
            time.advance(ofMillis(1));
        }
        assertThat(orders.snapshot().planVersion() - version).isBetween(9L, 11L);
    }

    @Test
    void an_operators_drain_outlasts_an_absence() throws Exception {
        finds("a", "b");
        orders.drain(endpoint("a"));
        finds("b");
        assertThat(hosts()).containsExactly("b");
        finds("a", "b");
        assertThat(backend("a").state()).isEqualTo(BackendState.DRAINING);
        assertThat(told(Kind.JOINED))
                .endsWith("orders: http://a:80 is JOINED: added by fake, still drained by an operator");
        for (int i = 0; i < 4; i++) {
            try (LeaseOf lease = new LeaseOf(orders.acquire())) {
                assertThat(lease.host()).isEqualTo("b");
            }
        }
        orders.resume(endpoint("a"));
        assertThat(backend("a").state()).isEqualTo(BackendState.UP);
        finds("b");
        finds("a", "b");
        assertThat(backend("a").state()).as("the drain has ended for good").isEqualTo(BackendState.UP);
    }

    private record LeaseOf(Lease lease) implements AutoCloseable {
        String host() {
            return lease.backend().endpoint().host();
        }

        @Override
        public void close() {
            lease.complete(Outcome.SUCCESS);
        }
    }

    @Test
    void a_drain_can_be_ended_while_the_backend_is_away_or_leaving() throws Exception {
        finds("a", "b");
        orders.drain(endpoint("a"));
        finds("b");
        orders.resume(endpoint("a"));
        finds("a", "b");
        assertThat(backend("a").state()).isEqualTo(BackendState.UP);
        finds("a");
        Lease lease = orders.acquire();
        orders.drain(endpoint("a"));
        finds("b");
        assertThat(backend("a").state()).isEqualTo(BackendState.LEAVING);
        orders.resume(endpoint("a"));
        finds("a", "b");
        assertThat(backend("a").state()).isEqualTo(BackendState.UP);
        lease.complete(Outcome.SUCCESS);
        finds("a", "b");
        assertThat(backend("a").state()).isEqualTo(BackendState.UP);
    }

    @Test
    void of_more_than_1024_drained_and_away_the_one_longest_away_is_forgotten() {
        for (int i = 0; i <= 1_024; i++) {
            finds("d" + i);
            orders.drain(endpoint("d" + i));
        }
        assertThat(told(Kind.RESUMED)).as("1024 are away").isEmpty();
        finds("z");
        finds("d0", "d1", "d1024");
        assertThat(backend("d0").state()).isEqualTo(BackendState.UP);
        assertThat(backend("d1").state()).isEqualTo(BackendState.DRAINING);
        assertThat(backend("d1024").state()).isEqualTo(BackendState.DRAINING);
        assertThat(told(Kind.RESUMED))
                .containsExactly("orders is RESUMED: the drain of http://d0:80 is forgotten, as more than 1024 drained"
                        + " backends are away");
    }

    @Test
    void an_empty_answer_keeps_the_set_and_is_told_once() {
        finds("a", "b");
        for (int i = 0; i < 50; i++) {
            finds();
        }
        assertThat(hosts()).containsExactly("a", "b");
        assertThat(told(Kind.SOURCE_FAILED))
                .containsExactly(
                        "orders is SOURCE_FAILED: fake: it found no endpoint; the last set stays: 2 endpoints");
        finds("a");
        finds("a");
        assertThat(told(Kind.SOURCE_RECOVERED)).containsExactly("orders is SOURCE_RECOVERED: fake: 1 endpoint");
    }

    @Test
    void a_failed_answer_keeps_the_set_and_is_told_once_per_change() {
        finds("a");
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 20; i++) {
                source.discovery().failed("timed out\nafter 5 s", new UnknownHostException("x"));
                time.advance(ofSeconds(1));
            }
            finds("a");
        }
        assertThat(hosts()).containsExactly("a");
        assertThat(told(Kind.SOURCE_FAILED))
                .hasSize(2)
                .contains("orders is SOURCE_FAILED: fake: timed out after 5 s; the last set stays: 1 endpoint");
        assertThat(told(Kind.SOURCE_RECOVERED)).hasSize(2);
    }

    @Test
    void an_emptiness_that_somebody_declared_is_obeyed() {
        finds("a");
        source.discovery().declared(List.of());
        time.advance(ofMillis(100));
        assertThat(hosts()).isEmpty();
        assertThat(told(Kind.SOURCE_FAILED)).isEmpty();
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage("orders: no backend is known: fake was told that there is none");
    }

    @Test
    void a_call_that_finds_none_is_told_what_ails_the_source() {
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage("orders: no backend is known: fake has not answered yet");
        source.discovery().failed("UnknownHostException: orders.internal", null);
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage("orders: no backend is known: fake: UnknownHostException: orders.internal");
        finds("a");
        orders.drain(endpoint("a"));
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessage("orders: the only backend is not usable: http://a:80 draining 0 ms");
        finds();
        assertThatExceptionOfType(NoBackendAvailableException.class)
                .isThrownBy(orders::acquire)
                .withMessageEndingWith("draining 100 ms; fake: it found no endpoint");
    }

    @Test
    void the_source_is_asked_again_at_once_when_nobody_is_left_and_every_5_s_while_it_stays_so() {
        finds("a");
        orders.drain(endpoint("a"));
        assertThat(source.refreshed).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            orders.resume(endpoint("a"));
            orders.drain(endpoint("a"));
        }
        assertThat(source.refreshed).as("however often it gets empty").isEqualTo(1);
        time.advance(ofMillis(4_999));
        assertThat(source.refreshed).isEqualTo(1);
        time.advance(ofMillis(1));
        assertThat(source.refreshed).isEqualTo(2);
        time.advance(ofSeconds(50));
        assertThat(source.refreshed).isEqualTo(12);
        orders.resume(endpoint("a"));
        time.advance(ofSeconds(50));
        assertThat(source.refreshed).isEqualTo(12);
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void a_source_that_does_not_answer_at_first_is_asked_again_after_5_s() {
        assertThat(source.refreshed).as("watch was the first question").isZero();
        time.advance(ofSeconds(5));
        assertThat(source.refreshed).isEqualTo(1);
    }

    @Test
    void the_balancer_itself_refuses_to_be_changed() {
        finds("a");
        String fix = "orders: its backends are what the source \"fake\" says, and can be changed only there; a"
                + " ProgrammaticSource can be changed by a program";
        assertThatIllegalStateException()
                .isThrownBy(() -> orders.add(endpoint("b")))
                .withMessage(fix);
        assertThatIllegalStateException()
                .isThrownBy(() -> orders.remove(endpoint("a")))
                .withMessage(fix);
        assertThatIllegalStateException()
                .isThrownBy(() -> orders.replace(endpoints("b")))
                .withMessage(fix);
        assertThat(hosts()).containsExactly("a");
    }

    @Test
    void answers_after_the_close_are_ignored() {
        finds("a");
        source.discovery().schedule(ofSeconds(1), () -> {
            throw new AssertionError("must not begin");
        });
        orders.close();
        assertThat(source.closed).isEqualTo(1);
        assertThat(time.pendingTasks()).isZero();
        int before = events.size();
        source.finds("b");
        source.finds();
        source.discovery().declared(List.of());
        source.discovery().schedule(ZERO, () -> {
            throw new AssertionError("must not begin");
        });
        time.advance(ofSeconds(60));
        assertThat(events).hasSize(before);
        assertThat(events.get(before - 1).kind()).isEqualTo(Kind.CLOSED);
        orders.close();
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void backends_and_a_source_are_not_given_together() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoadBalancers.named("orders")
                        .backends("http://a")
                        .source(source)
                        .build())
                .withMessage("orders: both backends(...) and a source(...) were given; merge EndpointSources.fixed(...)"
                        + " with the source \"fake\" into one source");
    }

    @Test
    void a_fixed_source_is_in_force_when_the_balancer_is_built() throws Exception {
        try (LoadBalancer fixed = LoadBalancers.named("fixed")
                .source(EndpointSources.fixed("http://a", "http://b"))
                .time(time)
                .build()) {
            assertThat(fixed.snapshot().backends()).hasSize(2);
            fixed.acquire().complete(Outcome.SUCCESS);
        }
    }

    @Test
    void a_program_changes_its_source_while_the_balancer_runs() {
        ProgrammaticSource program = ProgrammaticSource.named("program");
        try (LoadBalancer fed =
                LoadBalancers.named("fed").source(program).time(time).build()) {
            program.add(endpoint("a"));
            program.add(endpoint("b"));
            program.add(endpoint("a;weight=4"));
            time.advance(ofMillis(100));
            assertThat(fed.snapshot().backends())
                    .extracting(backend ->
                            backend.endpoint() + " " + backend.endpoint().weight())
                    .containsExactly("http://a:80 4", "http://b:80 1");
            program.clear();
            time.advance(ofMillis(100));
            assertThat(fed.snapshot().backends()).isEmpty();
        }
        program.set(List.of(Endpoint.of("http://c")));
    }
}
