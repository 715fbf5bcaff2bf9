package dev.evenkeel.lb.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadBalancerMetricsTest {
    private static final Endpoint A = Endpoint.of("http://a:80");
    private static final Endpoint B = Endpoint.of("http://b:80");
    private static final Endpoint C = Endpoint.of("http://c:80");

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final ManualTime time = ManualTime.create();
    private final LoadBalancer orders = LoadBalancers.named("orders")
            .backends(List.of(A, B))
            .healthCheck((endpoint, timeout) -> endpoint.equals(B) ? Verdict.fail("HTTP 503") : Verdict.pass())
            .time(time)
            .build();

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void backends_are_counted_by_state() {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        assertThat(value("evenkeel.backends", "state", "up")).isEqualTo(2);
        time.advance(Duration.ofMinutes(1));
        later();
        assertThat(value("evenkeel.backends", "state", "up")).isEqualTo(1);
        assertThat(value("evenkeel.backends", "state", "down")).isEqualTo(1);
        assertThat(value("evenkeel.eligible")).isEqualTo(1);
        assertThat(value("evenkeel.panic")).isZero();
        assertThat(value("evenkeel.backend.up", "backend", "http://a:80")).isEqualTo(1);
        assertThat(value("evenkeel.backend.up", "backend", "http://b:80")).isZero();
    }

    @Test
    void attempts_failures_and_resends_are_those_of_each_backend() throws Exception {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        time.advance(Duration.ofMinutes(1));
        orders.acquire().complete(Outcome.SUCCESS);
        orders.acquire().complete(Outcome.failure(new IllegalStateException()));
        Lease open = orders.acquire();
        open.resent();
        open.resent();
        later();
        assertThat(value("evenkeel.resends", "backend", "http://a:80")).isEqualTo(2);
        assertThat(value("evenkeel.attempts", "backend", "http://a:80")).isEqualTo(3);
        assertThat(value("evenkeel.failures", "backend", "http://a:80")).isEqualTo(1);
        assertThat(value("evenkeel.backend.in.flight", "backend", "http://a:80"))
                .isEqualTo(1);
        assertThat(value("evenkeel.attempts", "backend", "http://b:80")).isZero();
        open.complete(Outcome.SUCCESS);
    }

    @Test
    void transitions_are_counted_by_kind_and_failed_picks_by_reason() {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        time.advance(Duration.ofMinutes(1));
        orders.drain(A);
        assertThatThrownBy(orders::acquire).isInstanceOf(NoBackendAvailableException.class);
        later();
        assertThat(value("evenkeel.transitions", "kind", "joined")).isEqualTo(2);
        assertThat(value("evenkeel.transitions", "kind", "down")).isEqualTo(1);
        assertThat(value("evenkeel.transitions", "kind", "draining")).isEqualTo(1);
        assertThat(value("evenkeel.transitions", "kind", "up")).isZero();
        assertThat(value("evenkeel.picks.failed", "reason", "none_usable")).isEqualTo(1);
        assertThat(value("evenkeel.picks.failed", "reason", "saturated")).isZero();
    }

    @Test
    void the_meters_of_a_backend_go_when_it_has_left_and_not_before() throws Exception {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        time.advance(Duration.ofMinutes(1));
        Lease open = orders.acquire();
        orders.remove(A);
        assertThat(metered()).containsExactlyInAnyOrder("http://a:80", "http://b:80");
        open.complete(Outcome.SUCCESS);
        assertThat(metered()).containsExactly("http://b:80");
        orders.add(C);
        assertThat(metered()).containsExactlyInAnyOrder("http://b:80", "http://c:80");
    }

    @Test
    void beyond_the_bound_no_backend_has_meters_until_another_leaves() {
        orders.add(C);
        LoadBalancerMetrics.of(orders).maxBackends(2).bindTo(registry);
        assertThat(metered()).containsExactlyInAnyOrder("http://a:80", "http://b:80");
        assertThat(value("evenkeel.backends.unmetered")).isEqualTo(1);
        orders.remove(A);
        assertThat(metered()).containsExactlyInAnyOrder("http://b:80", "http://c:80");
        assertThat(value("evenkeel.backends.unmetered")).isZero();
    }

    @Test
    void a_thousand_updates_leave_no_meter_behind() {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        int before = registry.getMeters().size();
        for (int i = 0; i < 1_000; i++) {
            orders.replace(List.of(Endpoint.of("http://a" + i), Endpoint.of("http://b" + i)));
        }
        assertThat(registry.getMeters()).hasSize(before);
        assertThat(metered()).containsExactlyInAnyOrder("http://a999:80", "http://b999:80");
    }

    @Test
    void the_close_of_the_balancer_removes_all_and_a_late_bind_leaves_none() {
        LoadBalancerMetrics metrics = LoadBalancerMetrics.of(orders);
        metrics.bindTo(registry);
        assertThat(registry.getMeters()).isNotEmpty();
        orders.close();
        assertThat(registry.getMeters()).isEmpty();
        metrics.bindTo(registry);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void a_second_bind_to_the_same_registry_is_refused_and_to_another_is_not() {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        assertThatThrownBy(() -> LoadBalancerMetrics.of(orders).bindTo(registry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("orders: a balancer of that name has its meters in this registry already");
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        LoadBalancerMetrics.of(orders).bindTo(other);
        assertThat(other.getMeters()).hasSameSizeAs(registry.getMeters());
        orders.close();
        assertThat(other.getMeters()).isEmpty();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void two_balancers_share_a_registry() {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        try (LoadBalancer users = LoadBalancers.named("users")
                .backends("http://a:80")
                .time(ManualTime.create())
                .build()) {
            LoadBalancerMetrics.of(users).bindTo(registry);
            assertThat(value("evenkeel.eligible")).as("orders").isEqualTo(2);
            assertThat(registry.get("evenkeel.eligible")
                            .tag("balancer", "users")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
        assertThat(registry.find("evenkeel.eligible").tag("balancer", "users").meter())
                .isNull();
        assertThat(value("evenkeel.eligible")).isEqualTo(2);
    }

    @Test
    void meters_that_are_read_together_tell_of_one_moment() throws Exception {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        assertThat(value("evenkeel.backends", "state", "up")).isEqualTo(2);
        orders.drain(A);
        assertThat(value("evenkeel.backends", "state", "draining")).isZero();
        later();
        assertThat(value("evenkeel.backends", "state", "draining")).isEqualTo(1);
    }

    @Test
    void a_backend_that_returns_before_anybody_heard_of_its_leave_has_new_meters() throws Exception {
        WatchedBalancer watched = new WatchedBalancer(orders);
        LoadBalancerEvent[] heard = new LoadBalancerEvent[1];
        // Heard before the meters hear of it, so to them it is there while they are told that it has left.
        orders.addListener(event -> {
            if (event.kind() == Kind.LEFT && heard[0] == null) {
                heard[0] = event;
                orders.add(A);
            }
        });
        LoadBalancerMetrics.of(watched).bindTo(registry);
        time.advance(Duration.ofMinutes(1));
        for (int i = 0; i < 5; i++) {
            orders.acquire().complete(Outcome.SUCCESS);
        }
        later();
        Meter before =
                registry.get("evenkeel.attempts").tag("backend", "http://a:80").meter();
        assertThat(value("evenkeel.attempts", "backend", "http://a:80")).isEqualTo(5);
        orders.remove(A);
        assertThat(value("evenkeel.attempts", "backend", "http://a:80"))
                .as("of the new one, however fresh the last reading is")
                .isZero();
        assertThat(before.measure().iterator().next().getValue())
                .as("the old one, for whoever still reads it")
                .isEqualTo(5);
    }

    @Test
    void a_change_of_members_takes_no_snapshot() {
        WatchedBalancer watched = new WatchedBalancer(orders);
        LoadBalancerMetrics.of(watched).bindTo(registry);
        int before = watched.snapshots;
        for (int i = 0; i < 100; i++) {
            orders.replace(List.of(Endpoint.of("http://a" + i), Endpoint.of("http://b" + i)));
        }
        assertThat(metered()).containsExactlyInAnyOrder("http://a99:80", "http://b99:80");
        assertThat(watched.snapshots).isEqualTo(before);
    }

    @Test
    void after_lost_events_the_meters_are_of_those_who_are_there() throws Exception {
        WatchedBalancer watched = new WatchedBalancer(orders);
        LoadBalancerMetrics.of(watched).maxBackends(2).bindTo(registry);
        time.advance(Duration.ofMinutes(1));
        orders.acquire().complete(Outcome.SUCCESS);
        later();
        assertThat(value("evenkeel.attempts", "backend", "http://a:80")).isEqualTo(1);
        watched.isDeaf = true;
        orders.remove(A);
        orders.replace(List.of(A, C));
        watched.isDeaf = false;
        watched.tell(new LoadBalancerEvent(Kind.EVENTS_LOST, "orders", Instant.EPOCH, null, "4 events were dropped"));
        assertThat(metered()).containsExactlyInAnyOrder("http://a:80", "http://c:80");
        assertThat(value("evenkeel.attempts", "backend", "http://a:80")).isZero();
        assertThat(value("evenkeel.backends.unmetered")).isZero();
    }

    @Test
    void attempts_never_fall() {
        WatchedBalancer watched = new WatchedBalancer(orders);
        LoadBalancerMetrics.of(watched).bindTo(registry);
        List<Double> read = new ArrayList<>();
        for (long attempts : new long[] {7, 8, 7, 9}) {
            watched.attempts = attempts;
            later();
            read.add(value("evenkeel.attempts", "backend", "http://a:80"));
        }
        assertThat(read).containsExactly(7.0, 8.0, 8.0, 9.0);
    }

    @Test
    void two_of_one_name_are_refused_however_a_filter_renames_the_meters() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.withName("acme." + id.getName());
            }
        });
        LoadBalancerMetrics.of(orders).bindTo(registry);
        int meters = registry.getMeters().size();
        try (LoadBalancer namesake =
                LoadBalancers.named("orders").backends("http://z").build()) {
            assertThatThrownBy(() -> LoadBalancerMetrics.of(namesake).bindTo(registry))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(registry.getMeters()).hasSize(meters);
        orders.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void a_name_is_free_again_when_its_balancer_is_closed() {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        orders.close();
        try (LoadBalancer next =
                LoadBalancers.named("orders").backends("http://z").build()) {
            LoadBalancerMetrics.of(next).bindTo(registry);
            assertThat(metered()).containsExactly("http://z:80");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evenkeel.panic", "evenkeel.failures"})
    void a_bind_that_fails_leaves_nothing_behind_and_may_be_tried_again(String refused) {
        boolean[] refuses = {true};
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                if (refuses[0] && id.getName().equals(refused)) {
                    throw new IllegalArgumentException("no " + refused + " here");
                }
                return id;
            }
        });
        assertThatThrownBy(() -> LoadBalancerMetrics.of(orders).bindTo(registry))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(registry.getMeters()).isEmpty();
        orders.add(C);
        assertThat(registry.getMeters()).isEmpty();
        refuses[0] = false;
        LoadBalancerMetrics.of(orders).bindTo(registry);
        assertThat(metered()).containsExactlyInAnyOrder("http://a:80", "http://b:80", "http://c:80");
    }

    @Test
    void a_bound_below_zero_is_refused() {
        assertThatThrownBy(() -> LoadBalancerMetrics.of(orders).maxBackends(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBackends must be at least 0, was -1");
    }

    private void later() {
        clock.add(Duration.ofMillis(100));
    }

    private double value(String name, String... tags) {
        Meter meter = registry.get(name).tag("balancer", "orders").tags(tags).meter();
        return meter.measure().iterator().next().getValue();
    }

    private Set<String> metered() {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getTag("backend"))
                .filter(backend -> backend != null)
                .collect(Collectors.toSet());
    }
}
