package dev.evenkeel.lb.core.health;

import static dev.evenkeel.lb.core.health.ProbedPool.A;
import static dev.evenkeel.lb.core.health.ProbedPool.B;
import static dev.evenkeel.lb.core.health.ProbedPool.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.FakeAsker.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProberTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final HealthCheck exact = check().jitter(0);

    private static List<Duration> gaps(List<Duration> moments) {
        return java.util.stream.IntStream.range(1, moments.size())
                .mapToObj(i -> moments.get(i).minus(moments.get(i - 1)))
                .toList();
    }

    @Test
    void third_failure_in_a_row_closes_the_gate_and_says_why() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.seconds(1);
            it.asker.backend = endpoint -> endpoint.equals(A) ? Reply.fail("connection refused") : Reply.PASS;
            it.seconds(12.9);
            assertThat(it.state(A)).isEqualTo(BackendState.UP);
            assertThat(it.member(A).health().failuresInARow()).isEqualTo(2);

            it.seconds(2);

            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
            assertThat(it.state(B)).isEqualTo(BackendState.UP);
            assertThat(it.transitions())
                    .containsExactly("orders: http://a:8080 is DOWN: 3 failed probes: connection refused");
            for (int i = 0; i < 10; i++) {
                assertThat(it.pool.pick(Attempt.PLAIN)).isSameAs(it.member(B));
            }
        }
    }

    @Test
    void second_pass_in_a_row_opens_it_again() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.seconds(1);
            it.asker.backend = endpoint -> Reply.fail("HTTP 503");
            it.seconds(30);
            it.asker.backend = endpoint -> Reply.PASS;
            it.seconds(20);

            assertThat(it.transitions())
                    .containsExactly(
                            "orders: http://a:8080 is DOWN: 3 failed probes: HTTP 503",
                            "orders: http://a:8080 is UP: 2 passed probes");
            assertThat(it.pool.pick(Attempt.PLAIN)).isSameAs(it.member(A));
            assertThat(it.member(A).health()).isEqualTo(BackendHealth.PASSING);
        }
    }

    @Test
    void the_first_failed_probe_takes_an_optimistic_backend_out() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.asker.backend = endpoint -> Reply.fail("HTTP 500");
            assertThat(it.state(A)).isEqualTo(BackendState.UP);

            it.seconds(1);

            assertThat(it.transitions()).containsExactly("orders: http://a:8080 is DOWN: first probe failed: HTTP 500");
        }
    }

    @Test
    void the_first_passed_probe_brings_a_pessimistic_backend_in() {
        try (ProbedPool it = ProbedPool.of(exact.start(Start.PESSIMISTIC), A)) {
            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
            assertThat(it.pool.pick(Attempt.PLAIN)).isNull();

            it.seconds(1);

            assertThat(it.transitions()).containsExactly("orders: http://a:8080 is UP: first probe passed");
            assertThat(it.pool.pick(Attempt.PLAIN)).isSameAs(it.member(A));
        }
    }

    @Test
    void a_pessimistic_backend_that_fails_first_needs_the_full_rise() {
        try (ProbedPool it = ProbedPool.of(exact.start(Start.PESSIMISTIC), A)) {
            it.asker.backend = endpoint -> it.asker.questions.size() == 1 ? Reply.fail("HTTP 500") : Reply.PASS;
            it.seconds(10);

            assertThat(it.transitions())
                    .containsExactly(
                            "orders: http://a:8080 is DOWN: first probe failed: HTTP 500",
                            "orders: http://a:8080 is UP: 2 passed probes");
        }
    }

    @Test
    void probes_come_every_interval_while_up_and_every_down_interval_while_down() {
        HealthCheck check = exact.every(Duration.ofSeconds(10))
                .transitionInterval(Duration.ofSeconds(2))
                .downInterval(Duration.ofSeconds(5));
        try (ProbedPool it = ProbedPool.of(check, A)) {
            it.asker.backend = endpoint -> it.asker.questions.size() < 4 || it.asker.questions.size() > 9
                    ? Reply.PASS
                    : Reply.fail("HTTP 503");
            it.seconds(70);

            // Passes 1 to 3 are steady, 4 to 6 take it down, 7 to 9 find it down, 10 and 11 bring it up.
            assertThat(gaps(it.asker.asked(A)).stream().map(Duration::toSeconds))
                    .startsWith(10L, 10L, 10L, 2L, 2L, 5L, 5L, 5L, 5L, 2L, 10L);
        }
    }

    @Test
    void a_backend_that_never_passed_is_asked_at_the_transition_interval() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.asker.backend = endpoint -> Reply.fail("connection refused");
            it.seconds(60);

            assertThat(gaps(it.asker.asked(A))).hasSizeGreaterThan(25).containsOnly(Duration.ofSeconds(2));
        }
    }

    @Test
    void a_slow_answer_does_not_move_the_schedule_and_missed_ticks_are_skipped() {
        HealthCheck check = exact.every(Duration.ofSeconds(4))
                .timeout(Duration.ofSeconds(3))
                .transitionInterval(SECOND);
        try (ProbedPool it = ProbedPool.of(check, A)) {
            it.asker.backend = endpoint -> new Reply(Duration.ofMillis(2_500), Verdict.fail("HTTP 503"));
            it.seconds(60);

            assertThat(gaps(it.asker.asked(A))).hasSizeGreaterThan(15).containsOnly(Duration.ofSeconds(3));
        }
    }

    @Test
    void first_probes_are_spread_over_a_second() {
        List<Endpoint> many = ProbedPool.endpoints(1_000);
        try (ProbedPool it = ProbedPool.of(check(), many, 7)) {
            for (int tenth = 1; tenth <= 10; tenth++) {
                it.seconds(0.1);
                assertThat(it.asker.questions.size()).isBetween(tenth * 100 - 60, tenth * 100 + 60);
            }
            assertThat(it.asker.questions).hasSize(1_000);
        }
    }

    @Test
    void silence_fails_at_the_deadline_and_is_interrupted() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(1);
            Duration asked = it.asker.asked(A).get(0);
            it.time.advance(asked.plusSeconds(3).minusNanos(it.time.nanos() + 1));
            assertThat(it.transitions()).isEmpty();
            assertThat(it.asker.interrupts).isZero();

            it.time.advance(Duration.ofNanos(1));

            assertThat(it.transitions())
                    .containsExactly("orders: http://a:8080 is DOWN: first probe failed: no answer within 3 s");
            assertThat(it.asker.interrupts).isEqualTo(1);
            it.seconds(30);
            assertThat(it.told(Kind.PROBE_ABANDONED)).isEmpty();
        }
    }

    @Test
    void an_answer_right_at_the_deadline_counts_and_one_after_it_does_not() {
        HealthCheck check = exact.timeout(Duration.ofMillis(500)).start(Start.PESSIMISTIC);
        try (ProbedPool it = ProbedPool.of(check, A, B)) {
            it.asker.deaf = endpoint -> true;
            it.asker.backend = endpoint -> Reply.pass(Duration.ofMillis(endpoint.equals(A) ? 500 : 501));
            it.seconds(1.9);

            assertThat(it.member(B).health().failuresInARow()).isEqualTo(1);
            assertThat(it.state(B)).isEqualTo(BackendState.DOWN);
        }
    }

    @Test
    void an_abandoned_probe_is_told_once_and_its_backend_gets_no_second_thread() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.asker.deaf = endpoint -> endpoint.equals(A);
            it.asker.backend = endpoint -> endpoint.equals(A) ? Reply.SILENCE : Reply.PASS;
            it.seconds(600);

            assertThat(it.asker.asked(A)).hasSize(1);
            assertThat(it.asker.asked(B)).hasSizeBetween(54, 66);
            assertThat(it.told(Kind.PROBE_ABANDONED))
                    .containsExactly("orders: http://a:8080 is PROBE_ABANDONED: a probe goes on although it was"
                            + " interrupted; the next one waits for its end (1 stuck)");
            assertThat(it.transitions()).hasSize(1);
            assertThat(it.member(A).health().failuresInARow()).isGreaterThan(100);
            assertThat(it.member(A).health().reason()).isEqualTo("no answer within 3 s, the probe before it goes on");
        }
    }

    @Test
    void the_end_of_an_abandoned_thread_starts_the_probe_that_waits_for_it() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.asker.deaf = endpoint -> true;
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(60);
            it.asker.backend = endpoint -> Reply.PASS;
            it.asker.release();
            it.seconds(6);

            assertThat(it.state(A)).isEqualTo(BackendState.UP);
            assertThat(it.asker.asked(A)).hasSizeGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void an_answer_of_an_abandoned_probe_is_discarded() {
        try (ProbedPool it = ProbedPool.of(exact.rise(1), A)) {
            it.asker.deaf = endpoint -> true;
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(10);
            int failures = it.member(A).health().failuresInARow();
            it.asker.release();

            assertThat(failures).isPositive();
            assertThat(it.member(A).health().failuresInARow()).isEqualTo(failures);
            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
        }
    }

    @Test
    void due_probes_wait_in_line_and_none_is_dropped() {
        List<Endpoint> ten = ProbedPool.endpoints(10);
        try (ProbedPool it = ProbedPool.of(exact.maxConcurrentProbes(1), ten, 3)) {
            it.asker.backend = endpoint -> Reply.pass(Duration.ofMillis(2_900));
            it.seconds(29.1);

            assertThat(it.asker.mostUnderWay).isEqualTo(1);
            assertThat(it.asker.questions.subList(0, 10).stream().map(FakeAsker.Question::endpoint))
                    .containsExactlyElementsOf(orderOfFirstProbes());
        }
    }

    /** Asks a twin with the same seed and a place for everyone in which order they are due. */
    private List<Endpoint> orderOfFirstProbes() {
        try (ProbedPool twin = ProbedPool.of(exact, ProbedPool.endpoints(10), 3)) {
            twin.seconds(1);
            return twin.asker.questions.stream()
                    .map(FakeAsker.Question::endpoint)
                    .toList();
        }
    }

    @Test
    void a_result_of_a_departed_member_is_discarded() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.asker.deaf = endpoint -> true;
            it.asker.backend = endpoint -> new Reply(Duration.ofSeconds(2), Verdict.fail("HTTP 500"));
            it.seconds(1);
            it.roster.remove(A);
            it.seconds(3);

            assertThat(it.member(A).health()).isEqualTo(BackendHealth.UNCHECKED);
            assertThat(it.transitions()).containsExactly("orders: http://b:8080 is DOWN: first probe failed: HTTP 500");
            assertThat(it.asker.asked(A)).hasSize(1);
            assertThat(it.asker.interrupts).isEqualTo(1);
        }
    }

    @Test
    void a_departed_member_frees_its_place_and_is_asked_no_more() {
        try (ProbedPool it = ProbedPool.of(exact.maxConcurrentProbes(1), A, B)) {
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(1);
            Endpoint first = it.asker.questions.get(0).endpoint();
            Endpoint second = first.equals(A) ? B : A;
            it.asker.backend = endpoint -> Reply.PASS;
            it.roster.remove(first);
            it.seconds(0);

            assertThat(it.asker.asked(second)).hasSize(1);
            it.seconds(60);
            assertThat(it.asker.asked(first)).hasSize(1);
        }
    }

    @Test
    void a_member_added_again_waits_for_the_thread_it_left_behind() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.asker.deaf = endpoint -> endpoint.equals(A);
            it.asker.backend = endpoint -> endpoint.equals(A) ? Reply.SILENCE : Reply.PASS;
            it.seconds(1);
            it.roster.remove(A);
            it.roster.add(A);
            it.seconds(2);
            assertThat(it.asker.asked(A)).hasSize(1);

            it.asker.backend = endpoint -> Reply.PASS;
            it.asker.release();
            it.seconds(0);

            assertThat(it.asker.asked(A)).hasSize(2);
            assertThat(it.member(A).health()).isEqualTo(BackendHealth.PASSING);
        }
    }

    @Test
    void a_probe_whose_thread_did_not_get_to_run_has_no_verdict() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.asker.starved = true;
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(60);
            assertThat(it.state(A)).isEqualTo(BackendState.UP);
            assertThat(it.member(A).health().checked()).isFalse();
            it.asker.starved = false;
            it.seconds(60);
            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
        }
    }

    @Test
    void a_member_that_comes_back_while_it_leaves_keeps_its_state() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.seconds(1);
            it.asker.backend = endpoint -> Reply.fail("HTTP 503");
            it.seconds(30);
            it.member(A).begin(Long.MAX_VALUE, 0);
            it.roster.remove(A);
            it.asker.backend = endpoint -> Reply.PASS;
            it.roster.add(A);
            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
            it.seconds(3);

            assertThat(it.told(Kind.UP)).containsExactly("orders: http://a:8080 is UP: 2 passed probes");
        }
    }

    @Test
    void a_pause_of_the_machine_is_no_verdict_and_spreads_the_probes_anew() {
        List<Endpoint> many = ProbedPool.endpoints(100);
        try (ProbedPool it = ProbedPool.of(check().maxConcurrentProbes(100), many, 5)) {
            it.seconds(15);
            int before = it.asker.questions.size();
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.time.jump(Duration.ofHours(2));
            it.seconds(0);
            assertThat(it.asker.questions).hasSize(before);

            for (int tenth = 1; tenth <= 10; tenth++) {
                it.seconds(0.1);
                assertThat(it.asker.questions.size() - before).isBetween(tenth * 10 - 20, tenth * 10 + 20);
            }
            assertThat(it.asker.questions).hasSize(before + 100);
            assertThat(it.transitions()).isEmpty();
        }
    }

    @Test
    void a_probe_that_the_pause_cut_off_is_no_verdict() {
        try (ProbedPool it = ProbedPool.of(exact, A, B)) {
            it.asker.backend =
                    endpoint -> endpoint.equals(A) ? Reply.SILENCE : new Reply(SECOND, Verdict.fail("timed out"));
            it.seconds(1);
            it.time.jump(Duration.ofSeconds(10));
            it.seconds(0);

            assertThat(it.member(A).health()).isEqualTo(BackendHealth.UNCHECKED);
            assertThat(it.member(B).health()).isEqualTo(BackendHealth.UNCHECKED);
            it.asker.backend = endpoint -> Reply.PASS;
            it.seconds(1);
            assertThat(it.member(A).health()).isEqualTo(BackendHealth.PASSING);
            assertThat(it.member(B).health()).isEqualTo(BackendHealth.PASSING);
        }
    }

    @Test
    void a_timer_that_is_a_little_late_counts_and_keeps_the_phase() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.seconds(1);
            Duration first = it.asker.asked(A).get(0);
            it.time.jump(first.plusSeconds(10).minusNanos(it.time.nanos()).plusMillis(900));
            it.seconds(0);
            it.seconds(10);

            assertThat(it.asker.asked(A))
                    .containsExactly(first, first.plusSeconds(10).plusMillis(900), first.plusSeconds(20));
        }
    }

    @Test
    void our_own_fault_changes_nothing() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.seconds(1);
            it.asker.backend = endpoint -> new Reply(Duration.ZERO, Verdict.none("too many open files"));
            it.seconds(100);

            assertThat(it.transitions()).isEmpty();
            assertThat(it.member(A).health()).isEqualTo(BackendHealth.PASSING);
            assertThat(it.asker.asked(A)).hasSize(11);
        }
    }

    @Test
    void no_thread_to_probe_with_is_no_verdict_and_frees_the_place() {
        try (ProbedPool it = ProbedPool.of(exact.maxConcurrentProbes(1), A)) {
            it.asker.backend = endpoint -> {
                throw new OutOfMemoryError("unable to create native thread");
            };
            it.seconds(1);
            assertThat(it.member(A).health()).isEqualTo(BackendHealth.UNCHECKED);
            it.asker.release();
            it.asker.backend = endpoint -> Reply.PASS;
            it.seconds(2);

            assertThat(it.member(A).health()).isEqualTo(BackendHealth.PASSING);
        }
    }

    @Test
    void close_cancels_every_timer_and_interrupts_every_probe() {
        List<Endpoint> many = ProbedPool.endpoints(50);
        ProbedPool it = ProbedPool.of(exact.maxConcurrentProbes(10), many, 9);
        it.asker.deaf = endpoint -> true;
        it.asker.backend = endpoint -> Reply.SILENCE;
        it.seconds(5);
        it.roster.remove(many.get(0));
        int before = it.asker.interrupts;

        it.close();
        it.close();

        assertThat(it.time.pendingTasks()).isZero();
        assertThat(it.asker.interrupts - before).isGreaterThanOrEqualTo(it.asker.underWay);
        int told = it.events.size();
        it.asker.release();
        it.prober.unreachable(it.member(many.get(1)), new java.net.ConnectException("Connection refused"));
        it.prober.joined(it.member(many.get(1)));
        it.seconds(60);
        assertThat(it.events).hasSize(told);
        assertThat(it.time.pendingTasks()).isZero();
    }

    @Test
    void ten_thousand_backends_need_a_timer_each_and_nothing_that_grows() {
        List<Endpoint> many = ProbedPool.endpoints(10_000);
        try (ProbedPool it = ProbedPool.of(check(), many, 1)) {
            it.seconds(1);
            assertThat(it.asker.questions).hasSize(10_000);
            assertThat(it.time.pendingTasks()).isEqualTo(10_000);
        }
    }

    @Test
    void an_answer_after_the_deadline_is_none_even_if_the_timer_is_later_still() {
        try (ProbedPool it = ProbedPool.of(exact.start(Start.PESSIMISTIC), A)) {
            it.asker.backend = endpoint -> Reply.pass(Duration.ofSeconds(2));
            it.seconds(1);
            Duration asked = it.asker.asked(A).get(0);
            it.time.jump(asked.plusMillis(3_500).minusNanos(it.time.nanos()));
            it.seconds(0);

            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
            assertThat(it.member(A).health().reason()).isEqualTo("no answer within 3 s");
        }
    }

    @Test
    void a_member_that_leaves_the_line_is_not_asked() {
        try (ProbedPool it = ProbedPool.of(exact.maxConcurrentProbes(1), A, B)) {
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(1);
            Endpoint waiting = it.asker.questions.get(0).endpoint().equals(A) ? B : A;
            it.roster.remove(waiting);
            it.seconds(30);

            assertThat(it.asker.asked(waiting)).isEmpty();
        }
    }

    @Test
    void close_cancels_the_timers_of_idle_members() {
        ProbedPool it = ProbedPool.of(exact, A, B);
        it.seconds(5);
        assertThat(it.time.pendingTasks()).isEqualTo(2);

        it.close();

        assertThat(it.time.pendingTasks()).isZero();
    }

    @Test
    void timers_that_are_cancelled_too_late_change_nothing() {
        try (ProbedPool it = ProbedPool.withLateCancels(exact, A, B);
                ProbedPool twin = ProbedPool.of(exact, A, B)) {
            for (ProbedPool each : List.of(it, twin)) {
                each.asker.deaf = endpoint -> endpoint.equals(A);
                each.seconds(5);
                each.prober.unreachable(each.member(B), new java.net.ConnectException("Connection refused"));
                each.asker.backend = endpoint -> endpoint.equals(A) ? Reply.SILENCE : Reply.PASS;
                each.seconds(12);
                each.asker.backend = endpoint -> Reply.pass(Duration.ofMillis(2_900));
                each.asker.release();
                each.seconds(30);
                each.roster.remove(A);
                each.seconds(30);
            }

            assertThat(it.asker.questions).isEqualTo(twin.asker.questions).hasSizeGreaterThan(10);
            assertThat(it.events).hasToString(twin.events.toString());
        }
    }
}
