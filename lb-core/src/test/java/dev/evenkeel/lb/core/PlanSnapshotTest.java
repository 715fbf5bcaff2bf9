package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.PlanSnapshot;
import dev.evenkeel.lb.api.PlanSnapshot.Group;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a snapshot tells of the plan. */
class PlanSnapshotTest {
    private final ManualTime time = ManualTime.create();

    @Test
    void without_rules_all_are_one_group() {
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(List.of(
                        Endpoint.of("http://a").withZone("x"),
                        Endpoint.of("http://b").withZone("y")))
                .time(time)
                .build()) {
            orders.drain(Endpoint.of("http://a"));
            PlanSnapshot plan = orders.snapshot().plan();
            assertThat(plan.groups()).containsExactly(new Group(0, null, 1, 1, false));
            assertThat(plan.eligible()).isEqualTo(1);
            assertThat(plan.version()).isEqualTo(orders.snapshot().planVersion());
        }
    }

    @Test
    void zones_and_tiers_are_told_by_name_with_their_shares() {
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends(List.of(
                        Endpoint.of("http://a").withZone("x"),
                        Endpoint.of("http://b"),
                        Endpoint.of("http://c").withZone("x").withTier(1)))
                .zone("x")
                .healthCheck(
                        (endpoint, timeout) -> endpoint.host().equals("a") ? Verdict.fail("HTTP 503") : Verdict.pass())
                .time(time)
                .build()) {
            time.advance(Duration.ofMinutes(1));
            List<Group> groups = orders.snapshot().plan().groups();
            assertThat(groups)
                    .extracting(group -> group.tier() + " " + group.zone() + " " + group.eligible())
                    .containsExactly("0 null 1", "1 x 1");
            assertThat(groups.get(0).share()).isBetween(0.69, 0.71);
            assertThat(groups.get(0).share() + groups.get(1).share()).isBetween(0.999, 1.001);
        }
    }

    @Test
    void panic_is_told() {
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a", "http://b", "http://c", "http://d")
                .panicBelow(0.5)
                .healthCheck(
                        (endpoint, timeout) -> endpoint.host().equals("a") ? Verdict.pass() : Verdict.fail("HTTP 503"))
                .time(time)
                .build()) {
            time.advance(Duration.ofMinutes(1));
            assertThat(orders.snapshot().plan().groups()).containsExactly(new Group(0, null, 1, 4, true));
            assertThat(orders.snapshot().toString()).contains(" in panic");
        }
    }
}
