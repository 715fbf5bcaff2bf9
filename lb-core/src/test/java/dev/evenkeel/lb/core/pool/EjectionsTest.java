package dev.evenkeel.lb.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.pool.Ejections.Decision;
import dev.evenkeel.lb.core.select.RoundRobin;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EjectionsTest {
    private static final int THREADS = 64;

    private final ManualTime time = ManualTime.create();
    private final Rosters.Events events = new Rosters.Events();
    private final Roster roster = new Roster("orders", time, events, 0);
    private final Pool pool = new Pool("orders", roster, RoundRobin.policy());

    private void backends(String... labelled) {
        roster.replace(List.of(labelled).stream()
                .map(it -> Endpoint.labelled("http://" + it))
                .toList());
        pool.refresh();
    }

    private Member member(String host) {
        return List.of(roster.members()).stream()
                .filter(it -> it.endpoint().host().equals(host))
                .findFirst()
                .orElseThrow();
    }

    private Decision eject(Member member) {
        Decision decision = roster.ejections()
                .eject(member, "5 failures in a row", members -> Math.max(1, members / 2), () -> "for 10 s");
        pool.refresh();
        return decision;
    }

    private Decision eject(String host) {
        return eject(member(host));
    }

    private void probe(String host, boolean down) {
        roster.align(member(host), Gate.PROBE, () -> down, "by hand");
        pool.refresh();
    }

    private Set<String> picked() {
        Set<String> picked = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            Member member = pool.pick(Attempt.PLAIN);
            if (member != null) {
                picked.add(member.endpoint().host());
            }
        }
        return picked;
    }

    private List<String> told(Kind... kinds) {
        List<Kind> wanted = List.of(kinds);
        return events.all.stream()
                .filter(event -> wanted.contains(event.kind()))
                .map(LoadBalancerEvent::toString)
                .toList();
    }

    private String summary(String host) {
        return member(host).snapshot(time.nanos()).summary();
    }

    @Test
    void an_ejected_member_is_out_of_rotation_and_tells_why_and_since_when() {
        backends("a", "b", "c");
        assertThat(eject("b").ejected()).isTrue();
        time.advance(Duration.ofSeconds(4));
        assertThat(picked()).containsExactlyInAnyOrder("a", "c");
        assertThat(member("b").snapshot(time.nanos()).state()).isEqualTo(BackendState.EJECTED);
        assertThat(summary("b")).isEqualTo("http://b:80 ejected 4 s (5 failures in a row)");
        assertThat(told(Kind.EJECTED)).containsExactly("orders: http://b:80 is EJECTED: 5 failures in a row, for 10 s");
    }

    @Test
    void who_is_out_of_rotation_already_is_not_ejected() {
        backends("a", "b", "c", "d", "e");
        eject("a");
        probe("b", true);
        roster.drain(member("c").endpoint(), true);
        for (String host : List.of("a", "b", "c")) {
            assertThat(eject(host)).as(host).isEqualTo(new Decision(false, null));
        }
        assertThat(told(Kind.EJECTED)).hasSize(1);
    }

    @Test
    void no_more_than_the_cap_of_a_tier_are_ejected_and_who_drains_does_not_count() {
        backends("a", "b", "c", "d", "x;tier=1", "y;tier=1");
        eject("a");
        assertThat(eject("b").ejected()).isTrue();
        assertThat(eject("c").keptBy()).isEqualTo("2 of 4 are ejected, and no more may be");
        assertThat(eject("x").ejected()).as("of another tier").isTrue();
        roster.ejections().readmit(member("b"), "by hand");
        roster.drain(member("d").endpoint(), true);
        assertThat(eject("b").keptBy()).isEqualTo("1 of 3 are ejected, and no more may be");
    }

    @Test
    void the_last_eligible_member_stays() {
        backends("a", "b");
        probe("b", true);
        assertThat(eject("a").keptBy()).isEqualTo("no other backend is in rotation");
        assertThat(picked()).containsExactly("a");
        probe("b", false);
        assertThat(eject("a").ejected()).isTrue();
    }

    @Test
    void a_member_alone_in_its_tier_is_ejected_in_favour_of_the_next_tier() {
        backends("a", "x;tier=1");
        assertThat(eject("a").ejected()).isTrue();
        assertThat(picked()).containsExactly("x");
    }

    @Test
    void a_passing_probe_does_not_end_an_ejection() {
        backends("a", "b", "c");
        eject("a");
        probe("a", true);
        assertThat(summary("a")).startsWith("http://a:80 down 0 ms");
        time.advance(Duration.ofSeconds(3));
        probe("a", false);
        assertThat(member("a").isEligible()).isFalse();
        assertThat(summary("a")).isEqualTo("http://a:80 ejected 3 s (5 failures in a row)");
    }

    @Test
    void when_the_last_one_goes_down_the_ejected_come_back_the_earliest_first() {
        backends("a", "b", "c", "d");
        eject("c");
        eject("b");
        probe("a", true);
        assertThat(told(Kind.READMITTED)).isEmpty();
        probe("d", true);
        assertThat(told(Kind.READMITTED))
                .containsExactly(
                        "orders: http://c:80 is READMITTED: no other backend is left",
                        "orders: http://b:80 is READMITTED: no other backend is left");
        assertThat(picked()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void whoever_comes_back_first_is_eligible_before_the_last_one_is_not() {
        backends("a", "b");
        eject("a");
        probe("b", true);
        List<Kind> kinds = events.all.stream().map(LoadBalancerEvent::kind).toList();
        assertThat(kinds.indexOf(Kind.READMITTED)).isLessThan(kinds.indexOf(Kind.DOWN));
    }

    @Test
    void an_ejected_member_whose_probes_fail_comes_back_with_the_first_that_passes() {
        backends("a", "b");
        eject("a");
        probe("a", true);
        probe("b", true);
        assertThat(told(Kind.READMITTED)).isEmpty();
        assertThat(picked()).isEmpty();
        probe("a", false);
        assertThat(told(Kind.READMITTED))
                .containsExactly("orders: http://a:80 is READMITTED: no other backend is left");
        assertThat(picked()).containsExactly("a");
    }

    @Test
    void drained_or_removed_the_last_one_makes_room_for_the_ejected_too() {
        backends("a", "b");
        eject("a");
        roster.drain(member("b").endpoint(), true);
        assertThat(told(Kind.READMITTED)).hasSize(1);
        roster.drain(member("b").endpoint(), false);
        eject("a");
        roster.remove(member("b").endpoint());
        assertThat(told(Kind.READMITTED)).hasSize(2);
    }

    @Test
    void in_panic_the_ejected_are_used_like_all_others_but_the_draining() {
        PoolSettings settings = new PoolSettings(PlanRules.DEFAULT.withPanicBelow(0.5), false, Long.MAX_VALUE);
        Pool panicking = new Pool("orders", roster, RoundRobin.policy(), settings, null);
        backends("a", "b", "c", "d");
        eject("a");
        probe("b", true);
        roster.drain(member("d").endpoint(), true);
        panicking.refresh();
        Set<String> picked = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            Member member = panicking.pick(Attempt.PLAIN);
            picked.add(member == null ? "none" : member.endpoint().host());
        }
        assertThat(picked).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void the_cap_and_the_last_one_hold_under_64_threads() throws Exception {
        for (int round = 0; round < 50; round++) {
            int n = 2 + round % 9;
            List<Endpoint> endpoints =
                    IntStream.range(0, n).mapToObj(Rosters::endpoint).toList();
            Roster crowded = new Roster("orders", time, Rosters.DEAF, 0);
            crowded.replace(endpoints);
            Member[] members = crowded.members();
            List<Callable<Boolean>> wishes = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Member member = members[thread % n];
                wishes.add(() -> crowded.ejections()
                        .eject(member, "by hand", all -> Math.max(1, all / 2), () -> "")
                        .ejected());
            }
            long ejected = together(wishes).stream().filter(it -> it).count();
            assertThat(ejected).as("of %d", n).isEqualTo(Math.max(1, n / 2));
            assertThat(List.of(members).stream().filter(Member::isEligible)).isNotEmpty();
        }
    }

    @Test
    void one_attempt_at_a_time_tries_a_half_open_member_under_64_threads() throws Exception {
        backends("a", "b", "c");
        eject("a");
        roster.ejections().halfOpen(member("a"), "its term is over");
        pool.refresh();
        Attempt repeatable = Attempt.PLAIN.repeatable(true);
        for (int round = 0; round < 200; round++) {
            List<Callable<Boolean>> attempts = new ArrayList<>();
            List<Trial.Claim> claims = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                attempts.add(() -> {
                    Trial.Claim claim = pool.beginTrial(repeatable);
                    if (claim != null) {
                        synchronized (claims) {
                            claims.add(claim);
                        }
                    }
                    return claim != null;
                });
            }
            assertThat(together(attempts).stream().filter(it -> it)).hasSize(1);
            assertThat(member("a").inFlight()).isEqualTo(1);
            member("a").end();
            assertThat(claims.get(0).giveBack(time.nanos())).isTrue();
            time.advance(Duration.ofSeconds(10)); // for so long the slot is shut at most
        }
    }

    @Test
    void a_trial_keeps_to_every_other_gate_and_limit() throws Exception {
        PoolSettings settings = new PoolSettings(PlanRules.DEFAULT, false, 1);
        Pool limited = new Pool("orders", roster, RoundRobin.policy(), settings, null);
        backends("a", "b", "c");
        Member a = member("a");
        a.begin(Long.MAX_VALUE, Gate.ALL);
        eject(a);
        roster.ejections().halfOpen(a, "its term is over");
        limited.refresh();
        Attempt repeatable = Attempt.PLAIN.repeatable(true);
        assertThat(limited.beginTrial(repeatable)).as("full").isNull();
        a.end();
        probe("a", true);
        assertThat(limited.beginTrial(repeatable)).as("down").isNull();
        probe("a", false);
        roster.drain(a.endpoint(), true);
        assertThat(limited.beginTrial(repeatable)).as("drained").isNull();
        roster.drain(a.endpoint(), false);
        assertThat(limited.beginTrial(repeatable)).as("well").isNotNull();
    }

    @Test
    void with_probes_a_trial_waits_until_the_last_one_has_passed() {
        PoolSettings settings = new PoolSettings(PlanRules.DEFAULT, true, Long.MAX_VALUE);
        Pool probed = new Pool("orders", roster, RoundRobin.policy(), settings, null);
        backends("a", "b");
        eject("a");
        Member a = member("a");
        roster.ejections().halfOpen(a, "its term is over");
        probed.refresh();
        Attempt repeatable = Attempt.PLAIN.repeatable(true);
        assertThat(probed.beginTrial(repeatable)).as("not probed yet").isNull();
        a.health(BackendHealth.PASSING.failedAgain("HTTP 503", null));
        assertThat(probed.beginTrial(repeatable)).as("failed once").isNull();
        a.health(BackendHealth.PASSING);
        assertThat(probed.beginTrial(repeatable)).isNotNull();
    }

    @Test
    void an_attempt_that_must_not_be_repeated_is_a_trial_only_if_no_other_comes_for_a_while() {
        backends("a", "b", "c");
        eject("a");
        roster.ejections().halfOpen(member("a"), "its term is over");
        pool.refresh();
        Attempt sticking = Attempt.sticking("token").repeatable(true);
        time.advance(Duration.ofNanos(Trial.PATIENCE - 1));
        assertThat(pool.beginTrial(Attempt.PLAIN)).isNull();
        assertThat(pool.beginTrial(sticking)).isNull();
        time.advance(Duration.ofNanos(1));
        assertThat(pool.beginTrial(Attempt.PLAIN)).isNotNull();
    }

    @Test
    void a_claim_settles_once_and_not_after_the_ejection_has_ended() {
        backends("a", "b", "c");
        eject("a");
        roster.ejections().halfOpen(member("a"), "its term is over");
        pool.refresh();
        Attempt repeatable = Attempt.PLAIN.repeatable(true);
        Trial.Claim first = pool.beginTrial(repeatable);
        assertThat(first).isNotNull();
        assertThat(first.giveBack(time.nanos())).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(first.settle()).isFalse();
        Trial.Claim second = pool.beginTrial(repeatable);
        assertThat(second).isNotNull();
        roster.ejections().readmit(member("a"), "by hand");
        assertThat(second.settle()).isFalse();
        assertThat(second.giveBack(time.nanos())).isFalse();
        assertThat(pool.beginTrial(repeatable)).isNull();
    }

    @Test
    void the_cap_holds_when_those_that_are_not_ejected_drain_or_leave_or_change_their_tier() {
        backends("a", "b", "c", "d", "e", "f", "x;tier=1");
        List.of("a", "b", "c").forEach(this::eject);
        roster.drain(member("d").endpoint(), true);
        assertThat(told(Kind.READMITTED))
                .containsExactly("orders: http://a:80 is READMITTED: 3 of 5 are ejected, and no more than 2 may be");
        backends("a", "b", "c", "d", "x;tier=1");
        assertThat(told(Kind.READMITTED))
                .hasSize(2)
                .last()
                .asString()
                .contains("b:80")
                .contains("2 of 3");
        eject("x");
        backends("a", "b", "c;tier=1", "d", "x;tier=1");
        assertThat(told(Kind.READMITTED))
                .hasSize(3)
                .last()
                .asString()
                .contains("c:80")
                .contains("2 of 2");
    }

    @Test
    void of_the_ejected_those_whose_probes_pass_come_back_and_the_others_only_if_none_does() {
        backends("a", "b", "c", "d", "e", "f");
        List.of("a", "b", "c").forEach(this::eject);
        member("a").health(BackendHealth.PASSING.failedAgain("HTTP 503", null));
        member("b").health(BackendHealth.PASSING);
        member("c").health(BackendHealth.PASSING);
        List.of("d", "e", "f").forEach(host -> probe(host, true));
        assertThat(told(Kind.READMITTED))
                .containsExactly(
                        "orders: http://b:80 is READMITTED: no other backend is left",
                        "orders: http://c:80 is READMITTED: no other backend is left");
        assertThat(picked()).containsExactlyInAnyOrder("b", "c");
        List.of("b", "c").forEach(host -> probe(host, true));
        assertThat(picked()).as("better than none").containsExactly("a");
    }

    /** Runs all at the same moment, each on a thread of its own. */
    private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(tasks.size());
        try {
            CyclicBarrier start = new CyclicBarrier(tasks.size());
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> task : tasks) {
                futures.add(executor.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }
}
