package dev.evenkeel.lb.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    void attempts_and_failures_are_those_of_each_backend() throws Exception {
        LoadBalancerMetrics.of(orders).bindTo(registry);
        time.advance(Duration.ofMinutes(1));
        orders.acquire().complete(Outcome.SUCCESS);
        orders.acquire().complete(Outcome.failure(new IllegalStateException()));
        Lease open = orders.acquire();
        later();
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
