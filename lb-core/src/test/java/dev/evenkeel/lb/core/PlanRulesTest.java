package dev.evenkeel.lb.core;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendsSaturatedException;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.plan.SlowStart;
import dev.evenkeel.lb.core.plan.Subset;
import dev.evenkeel.lb.core.select.ConsistentHash;
import dev.evenkeel.lb.core.time.ManualTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the rules of a plan do to the attempts of a whole balancer, in virtual time. */
class PlanRulesTest {
    private static final Endpoint A = Endpoint.of("http://a");
    private static final Endpoint B = Endpoint.of("http://b");
    private static final Endpoint C = Endpoint.of("http://c");
    private static final Endpoint D = Endpoint.of("http://d");
    private static final Endpoint E = Endpoint.of("http://e");

    private final ManualTime time = ManualTime.create();
    private final List<LoadBalancerEvent> events = new ArrayList<>();
    private final Set<Endpoint> sick = new HashSet<>();

    private LoadBalancers orders(Endpoint... endpoints) {
        return LoadBalancers.named("orders")
                .backends(List.of(endpoints))
                .time(time)
                .listener(events::add);
    }

    private HealthCheck probes() {
        return HealthCheck.of((endpoint, timeout) -> sick.contains(endpoint) ? Verdict.fail("sick") : Verdict.pass())
                .every(ofSeconds(1))
                .rise(1)
                .fall(1);
    }

    /** Returns which part of many attempts each backend got. */
    private static Map<Endpoint, Double> shares(LoadBalancer balancer) {
        int attempts = 21_000;
        Map<Endpoint, Double> shares = new HashMap<>();
        for (int i = 0; i < attempts; i++) {
            try {
                Lease lease = balancer.acquire();
                lease.complete(Outcome.SUCCESS);
                shares.merge(lease.backend().endpoint(), 1.0 / attempts, Double::sum);
            } catch (NoBackendAvailableException e) {
                throw new AssertionError(e);
            }
        }
        return shares;
    }

    private static double share(LoadBalancer balancer, Endpoint endpoint) {
        return shares(balancer).getOrDefault(endpoint, 0.0);
    }

    @Test
    void a_backend_that_joins_later_gets_its_share_in_steps() {
        try (LoadBalancer orders =
                orders(A, B).slowStart(SlowStart.over(ofSeconds(10))).build()) {
            assertThat(share(orders, A)).isCloseTo(0.5, within(0.001));
            time.advance(ofSeconds(60));
            orders.add(C);
            assertThat(share(orders, C)).isCloseTo(0.1 / 2.1, within(0.001));
            time.advance(ofMillis(1_999));
            assertThat(share(orders, C)).isCloseTo(0.1 / 2.1, within(0.001));
            time.advance(ofMillis(1));
            assertThat(share(orders, C)).isCloseTo(0.2 / 2.2, within(0.001));
            time.advance(ofSeconds(3));
            assertThat(share(orders, C)).isCloseTo(0.5 / 2.5, within(0.001));
            time.advance(ofSeconds(5));
            assertThat(share(orders, C)).isCloseTo(1 / 3.0, within(0.001));
            assertThat(time.pendingTasks())
                    .as("nothing waits once all have their share")
                    .isZero();
        }
    }

    @Test
    void close_ends_the_timer_of_a_slow_start() {
        LoadBalancer orders = orders(A).slowStart(SlowStart.over(ofSeconds(10))).build();
        time.advance(ofSeconds(60));
        orders.add(B);
        assertThat(time.pendingTasks()).isPositive();
        orders.close();
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void what_comes_back_up_starts_slowly_and_what_is_drained_meanwhile_gets_nothing() {
        try (LoadBalancer orders = orders(A, B, C)
                .healthCheck(probes())
                .slowStart(SlowStart.over(ofSeconds(10)))
                .build()) {
            time.advance(ofSeconds(60));
            sick.add(C);
            time.advance(ofSeconds(3));
            assertThat(share(orders, C)).isZero();
            sick.remove(C);
            orders.drain(B);
            time.advance(ofSeconds(2));
            assertThat(share(orders, C)).isBetween(0.05, 0.25);
            assertThat(share(orders, B)).isZero();
        }
    }

    @Test
    void a_tier_that_is_short_hands_over_what_it_lacks() {
        Endpoint c = C.withTier(1);
        Endpoint d = D.withTier(1);
        try (LoadBalancer orders = orders(A, B, c, d).build()) {
            assertThat(share(orders, A)).isCloseTo(0.5, within(0.001));
            orders.drain(A);
            assertThat(shares(orders).keySet())
                    .as("a drained backend is no lack of health: the tier is smaller, and whole")
                    .containsExactly(B);
            orders.drain(B);
            assertThat(shares(orders).keySet()).containsExactlyInAnyOrder(C, D);
        }
    }

    @Test
    void a_tier_with_sick_backends_hands_over_what_overprovisioning_does_not_cover() {
        Endpoint c = C.withTier(1);
        try (LoadBalancer orders = orders(A, B, c).healthCheck(probes()).build()) {
            time.advance(ofSeconds(5));
            sick.add(A);
            time.advance(ofSeconds(5));
            assertThat(share(orders, B)).isCloseTo(0.7, within(0.02));
            assertThat(share(orders, C)).isCloseTo(0.3, within(0.02));
            sick.add(B);
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).containsExactly(C);
        }
    }

    @Test
    void with_more_overprovisioning_a_tier_hands_over_later() {
        Endpoint c = C.withTier(1);
        try (LoadBalancer orders =
                orders(A, B, c).healthCheck(probes()).overprovisioning(2).build()) {
            sick.add(A);
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).containsExactly(B);
        }
    }

    @Test
    void one_key_stays_in_one_group_if_the_policy_hashes() throws Exception {
        Endpoint b = B.withTier(1);
        try (LoadBalancer orders = orders(A, C, b)
                .healthCheck(probes())
                .policy(ConsistentHash.policy())
                .build()) {
            sick.add(A);
            time.advance(ofSeconds(5));
            Set<Endpoint> all = new HashSet<>();
            for (int key = 0; key < 200; key++) {
                Set<Integer> tiers = new HashSet<>();
                for (int i = 0; i < 5; i++) {
                    Lease lease = orders.acquire(Attempt.keyed("key " + key));
                    tiers.add(lease.backend().endpoint().tier());
                    all.add(lease.backend().endpoint());
                    lease.complete(Outcome.SUCCESS);
                }
                assertThat(tiers).hasSize(1);
            }
            assertThat(all).containsExactlyInAnyOrder(B, C);
        }
    }

    @Test
    void a_frequent_key_does_not_decide_the_share_of_a_tier_if_the_policy_does_not_hash() throws Exception {
        Endpoint c = C.withTier(1);
        try (LoadBalancer orders = orders(A, B, c).healthCheck(probes()).build()) {
            sick.add(A);
            time.advance(ofSeconds(5));
            int spilled = 0;
            for (int i = 0; i < 10_000; i++) {
                Lease lease = orders.acquire(Attempt.keyed("/api"));
                spilled += lease.backend().endpoint().tier();
                lease.complete(Outcome.SUCCESS);
            }
            assertThat(spilled / 10_000.0).isCloseTo(0.3, within(0.03));
        }
    }

    @Test
    void a_full_tier_spills_to_all_of_the_next_one() throws Exception {
        Endpoint[] all = {A, B.withTier(1), C.withTier(1), D.withTier(1)};
        try (LoadBalancer orders = orders(all).maxInFlightPerBackend(30).build()) {
            for (int i = 0; i < 30 + 45; i++) {
                orders.acquire();
            }
            assertThat(orders.snapshot().backends())
                    .extracting(backend -> backend.traffic().inFlight())
                    .containsExactly(30, 15, 15, 15);
        }
    }

    @Test
    void panic_in_one_tier_uses_nobody_who_is_down_in_another() throws Exception {
        Endpoint[] worse = {C.withTier(1), D.withTier(1), E.withTier(1)};
        List<Endpoint> all = new ArrayList<>(List.of(A, B));
        all.addAll(List.of(worse));
        try (LoadBalancer orders = orders(all.toArray(Endpoint[]::new))
                .healthCheck(probes())
                .overprovisioning(1)
                .panicBelow(0.4)
                .maxInFlightPerBackend(1)
                .build()) {
            sick.addAll(List.of(A, C, D));
            time.advance(ofSeconds(5));
            Set<Endpoint> used = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                used.add(orders.acquire().backend().endpoint());
            }
            assertThat(used).as("half of tier 0 is up, a third of tier 1").containsExactlyInAnyOrder(B, C, D, E);
            assertThatThrownBy(orders::acquire).isInstanceOf(BackendsSaturatedException.class);
            assertThat(events)
                    .filteredOn(event -> event.kind() == Kind.PANIC_ON)
                    .extracting(LoadBalancerEvent::reason)
                    .containsExactly("1 of 3 in tier 1 are up, their health is ignored");
        }
    }

    @Test
    void a_newcomer_does_not_end_a_panic() {
        try (LoadBalancer orders =
                orders(A, B, C, D).healthCheck(probes()).panicBelow(0.5).build()) {
            sick.addAll(List.of(A, B, C, D));
            time.advance(ofSeconds(5));
            orders.add(E);
            assertThat(shares(orders).keySet()).containsExactlyInAnyOrder(A, B, C, D, E);
        }
    }

    @Test
    void the_local_zone_serves_until_it_lacks_backends() {
        Endpoint[] all = {A.withZone("x"), B.withZone("x"), C.withZone("y"), D.withZone("y")};
        try (LoadBalancer orders = orders(all).zone("x").healthCheck(probes()).build()) {
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).containsExactlyInAnyOrder(A, B);
            sick.add(A);
            time.advance(ofSeconds(5));
            assertThat(share(orders, B)).as("1 of 3 healthy, for 1 of 2 zones").isCloseTo(2 / 3.0, within(0.02));
            sick.add(B);
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).containsExactlyInAnyOrder(C, D);
        }
    }

    @Test
    void a_subset_grows_past_what_is_down_and_shrinks_again() {
        try (LoadBalancer orders = orders(A, B, C, D, E)
                .healthCheck(probes())
                .subset(Subset.of(2, "client-7"))
                .build()) {
            time.advance(ofSeconds(5));
            Set<Endpoint> chosen = shares(orders).keySet();
            assertThat(chosen).hasSize(2);
            Endpoint one = chosen.iterator().next();
            sick.add(one);
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).hasSize(2).doesNotContain(one);
            sick.remove(one);
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).isEqualTo(chosen);
        }
    }

    @Test
    void in_panic_all_but_the_drained_are_used_and_both_ends_are_told() {
        try (LoadBalancer orders =
                orders(A, B, C, D, E).healthCheck(probes()).panicBelow(0.5).build()) {
            time.advance(ofSeconds(5));
            orders.drain(E);
            sick.addAll(List.of(A, B));
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).as("2 of 4 is not below a half").containsExactlyInAnyOrder(C, D);
            sick.add(C);
            time.advance(ofSeconds(5));
            assertThat(shares(orders).keySet()).containsExactlyInAnyOrder(A, B, C, D);
            sick.clear();
            time.advance(ofSeconds(5));
            assertThat(events)
                    .filteredOn(event -> event.kind() == Kind.PANIC_ON || event.kind() == Kind.PANIC_OFF)
                    .extracting(LoadBalancerEvent::kind)
                    .containsExactly(Kind.PANIC_ON, Kind.PANIC_OFF);
        }
    }

    @Test
    void panic_waits_for_the_first_verdict_on_everyone() {
        sick.addAll(List.of(A, B, C, D));
        HealthCheck check = probes().start(Start.PESSIMISTIC);
        try (LoadBalancer orders =
                orders(A, B, C, D).healthCheck(check).panicBelow(0.5).build()) {
            assertThatThrownBy(orders::acquire).isInstanceOf(NoBackendAvailableException.class);
            time.advance(ofSeconds(1));
            assertThat(shares(orders).keySet())
                    .as("all have failed their first probe")
                    .containsExactlyInAnyOrder(A, B, C, D);
        }
    }

    @Test
    void panic_lifts_no_limit() throws Exception {
        try (LoadBalancer orders = orders(A, B, C, D)
                .healthCheck(probes())
                .panicBelow(1)
                .maxInFlightPerBackend(1)
                .build()) {
            time.advance(ofSeconds(5));
            sick.addAll(List.of(A, B, C, D));
            time.advance(ofSeconds(5));
            for (int i = 0; i < 4; i++) {
                orders.acquire();
            }
            assertThatThrownBy(orders::acquire).isInstanceOf(BackendsSaturatedException.class);
        }
    }

    @Test
    void rules_that_cannot_be_are_refused_with_their_value() {
        LoadBalancers orders = orders(A);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders.panicBelow(1.5))
                .withMessage("the panic threshold must be 0 to 1, was 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> orders.overprovisioning(0.9))
                .withMessage("overprovisioning must be at least 1 and finite, was 0.9");
    }
}
