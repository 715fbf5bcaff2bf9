package dev.evenkeel.lb.core;

import static dev.evenkeel.lb.core.TroubledPool.STANDARD;
import static dev.evenkeel.lb.core.TroubledPool.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.outlier.FailureRate;
import dev.evenkeel.lb.core.outlier.OutlierDetection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is ejected and when, on a whole balancer in virtual time. */
class EjectionTest {
    private static final OutlierDetection ONLY_IN_A_ROW =
            STANDARD.withoutFailureRate().withoutSuccessRate();
    private static final OutlierDetection ONLY_FAILURE_RATE =
            STANDARD.withoutConsecutiveFailures().withoutSuccessRate();
    private static final OutlierDetection ONLY_SUCCESS_RATE =
            STANDARD.withoutConsecutiveFailures().withoutFailureRate();

    @Test
    void the_fifth_failure_in_a_row_ejects_at_once() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.answer("b", failure());
            pool.attemptsOn("b", 4);
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
            pool.attemptsOn("b", 1);
            assertThat(pool.told()).containsExactly("b EJECTED: 5 failures in a row, for 10 s");
            assertThat(pool.attempts(20)).containsOnlyKeys("a", "c");
            pool.seconds(4);
            assertThat(pool.summary("b")).isEqualTo("http://b:80 ejected 4 s (5 failures in a row)");
        }
    }

    @Test
    void a_success_begins_the_row_anew_and_what_is_nobodys_fault_does_not_count() {
        try (TroubledPool pool = TroubledPool.of(ONLY_IN_A_ROW, "a", "b")) {
            for (Outcome between : List.of(Outcome.IGNORED, Outcome.REJECTED)) {
                pool.answer("b", failure());
                pool.attemptsOn("b", 4);
                pool.answer("b", between);
                pool.attemptsOn("b", 30);
                pool.answer("b", Outcome.SUCCESS);
                pool.attemptsOn("b", 1);
            }
            assertThat(pool.told()).isEmpty();
            pool.answer("b", Outcome.unreachable(new IOException("refused")));
            pool.attemptsOn("b", 5);
            assertThat(pool.told()).hasSize(1);
        }
    }

    @Test
    void how_many_in_a_row_is_a_knob() {
        try (TroubledPool pool = TroubledPool.of(STANDARD.consecutiveFailures(2), "a", "b")) {
            pool.answer("b", failure());
            pool.attemptsOn("b", 2);
            assertThat(pool.told()).containsExactly("b EJECTED: 2 failures in a row, for 10 s");
        }
    }

    @Test
    void a_failure_rate_ejects_within_a_second_and_only_with_enough_calls() {
        try (TroubledPool pool = TroubledPool.of(ONLY_FAILURE_RATE, "a", "b")) {
            pool.answer("b", failure());
            pool.attemptsOn("b", 19);
            pool.seconds(1);
            assertThat(pool.told()).isEmpty();
            pool.attemptsOn("b", 1);
            pool.seconds(1);
            assertThat(pool.told()).containsExactly("b EJECTED: failure rate 100 % of 20 calls in 10 s, for 10 s");
        }
    }

    @Test
    void the_share_of_failures_is_a_knob() {
        FailureRate third = FailureRate.DEFAULT.withShare(0.3).withMinCalls(10);
        try (TroubledPool pool = TroubledPool.of(ONLY_FAILURE_RATE.failureRate(third), "a", "b", "c")) {
            int[] turn = {0};
            pool.answer("b", () -> turn[0]++ % 3 == 0 ? failure() : Outcome.SUCCESS);
            pool.attemptsOn("b", 12);
            pool.seconds(1);
            assertThat(pool.told()).containsExactly("b EJECTED: failure rate 33 % of 12 calls in 10 s, for 10 s");
        }
    }

    @Test
    void what_is_older_than_the_window_does_not_count() {
        try (TroubledPool pool = TroubledPool.of(ONLY_FAILURE_RATE.window(Duration.ofSeconds(3)), "a", "b")) {
            pool.answer("b", failure());
            pool.attemptsOn("b", 15);
            pool.seconds(4);
            pool.attemptsOn("b", 15);
            pool.seconds(1);
            assertThat(pool.told()).isEmpty();
        }
    }

    @Test
    void a_backend_that_fails_every_tenth_call_is_found_beside_two_that_do_not() {
        try (TroubledPool pool = TroubledPool.of(ONLY_SUCCESS_RATE, "a", "b", "c")) {
            int[] turn = {0};
            pool.answer("b", () -> turn[0]++ % 10 == 0 ? failure() : Outcome.SUCCESS);
            for (int second = 0; second < 5; second++) {
                pool.attempts(120);
                pool.seconds(1);
            }
            assertThat(pool.told())
                    .containsExactly(
                            "b EJECTED: success rate 90.0 % of 160 calls in 10 s beside 100.0 % of the others, for 10 s");
        }
    }

    @Test
    void with_little_traffic_it_is_found_by_several_windows_since_the_last_one_joined() {
        try (TroubledPool pool = TroubledPool.of(ONLY_SUCCESS_RATE, "a", "b")) {
            int[] turn = {0};
            pool.answer("b", () -> turn[0]++ % 10 == 0 ? failure() : Outcome.SUCCESS);
            for (int second = 0; second < 30; second++) {
                pool.attempts(10);
                pool.seconds(1);
            }
            pool.orders.drain(Endpoint.of("http://a"));
            pool.orders.resume(Endpoint.of("http://a"));
            for (int second = 0; second < 60; second++) {
                pool.attempts(10);
                pool.seconds(1);
            }
            assertThat(pool.told(Kind.EJECTED))
                    .containsExactly(
                            "b EJECTED: success rate 89.7 % of 195 calls in 39 s beside 100.0 % of the others, for 10 s");
        }
    }

    @Test
    void the_failure_of_one_detector_leaves_the_counts_of_the_others_alone() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.answer("b", failure());
            pool.attemptsOn("b", 4);
            pool.seconds(2); // the rates are judged meanwhile
            pool.attemptsOn("b", 1);
            assertThat(pool.told()).containsExactly("b EJECTED: 5 failures in a row, for 10 s");
        }
    }

    @Test
    void a_failure_told_by_the_answer_counts_before_the_body_ends_and_counts_once() {
        try (TroubledPool pool = TroubledPool.of(ONLY_IN_A_ROW.consecutiveFailures(3), "a", "b")) {
            List<Lease> open = new ArrayList<>();
            while (open.size() < 2) {
                Lease lease = pool.acquire(Attempt.PLAIN);
                if (lease.backend().endpoint().host().equals("b")) {
                    lease.answered(failure());
                    open.add(lease);
                }
            }
            open.forEach(lease -> lease.complete(failure()));
            assertThat(pool.told()).isEmpty();
            pool.answer("b", failure());
            pool.attemptsOn("b", 1);
            assertThat(pool.told()).hasSize(1);
        }
    }

    @Test
    void an_answer_that_breaks_off_is_a_failure() {
        try (TroubledPool pool = TroubledPool.of(ONLY_IN_A_ROW.consecutiveFailures(2), "a", "b")) {
            for (int failed = 0; failed < 2; ) {
                Lease lease = pool.acquire(Attempt.PLAIN);
                lease.answered(Outcome.SUCCESS);
                boolean bad = lease.backend().endpoint().host().equals("b");
                lease.complete(bad ? Outcome.failure(new IOException("reset")) : Outcome.SUCCESS);
                failed += bad ? 1 : 0;
            }
            assertThat(pool.state("b")).isEqualTo(BackendState.EJECTED);
        }
    }

    @Test
    void half_of_a_pool_at_most_is_ejected_and_the_next_one_is_told_once() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c", "d", "e")) {
            for (String host : List.of("a", "b", "c", "d", "e")) {
                pool.answer(host, failure());
            }
            for (int second = 0; second < 5; second++) {
                pool.attempts(100);
                pool.seconds(1);
            }
            assertThat(pool.told(Kind.EJECTED)).hasSize(2);
            assertThat(pool.told(Kind.WOULD_EJECT))
                    .hasSize(3)
                    .allMatch(it -> it.endsWith(" failures in a row, but 2 of 5 are ejected, and no more may be"));
        }
    }

    @Test
    void the_last_one_stays_however_badly_it_does() {
        try (TroubledPool pool = TroubledPool.of("a")) {
            pool.answer("a", failure());
            pool.attempts(50);
            assertThat(pool.told())
                    .containsExactly("a WOULD_EJECT: 5 failures in a row, but no other backend is in rotation");
            assertThat(pool.events)
                    .filteredOn(event -> event.kind() == Kind.WOULD_EJECT)
                    .allMatch(event -> event.line().endsWith("; not enforced"));
        }
    }

    @Test
    void who_was_kept_in_by_the_cap_goes_when_there_is_room_and_it_still_fails() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("a");
            pool.answer("b", failure());
            pool.attemptsOn("b", 6);
            assertThat(pool.told(Kind.WOULD_EJECT)).hasSize(1);
            pool.seconds(10);
            pool.attempts(TroubledPool.REPEATABLE, 1);
            assertThat(pool.told(Kind.READMITTED)).hasSize(1);
            pool.attemptsOn("b", 1);
            pool.seconds(1);
            assertThat(pool.state("b")).isEqualTo(BackendState.EJECTED);
        }
    }

    @Test
    void a_dry_run_ejects_nobody_and_tells_once() {
        try (TroubledPool pool = TroubledPool.of(STANDARD.dryRun(), "a", "b", "c")) {
            pool.answer("b", failure());
            for (int second = 0; second < 20; second++) {
                pool.attempts(30);
                pool.seconds(1);
            }
            assertThat(pool.told()).containsExactly("b WOULD_EJECT: 5 failures in a row, but this is a dry run");
            pool.answer("b", Outcome.SUCCESS);
            for (int second = 0; second < 25; second++) {
                pool.attempts(30);
                pool.seconds(1);
            }
            pool.answer("b", failure());
            pool.attemptsOn("b", 5);
            assertThat(pool.told()).as("found anew after it was well").hasSize(2);
        }
    }

    @Test
    void without_outlier_detection_nobody_is_ejected() {
        try (TroubledPool pool = TroubledPool.of(assembly -> assembly, "a", "b")) {
            pool.answer("b", failure());
            pool.attempts(200);
            pool.seconds(30);
            assertThat(pool.told()).isEmpty();
            assertThat(pool.time.pendingTasks()).isZero();
        }
    }

    @Test
    void who_cannot_be_used_is_told_as_ejected_in_the_error() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("a");
            pool.seconds(4);
            pool.orders.drain(Endpoint.of("http://a"));
            pool.orders.drain(Endpoint.of("http://b"));
            pool.orders.drain(Endpoint.of("http://c"));
            pool.orders.add(Endpoint.of("http://d"));
            pool.orders.resume(Endpoint.of("http://a"));
            pool.orders.drain(Endpoint.of("http://d"));
            assertThat(pool.told(Kind.READMITTED)).containsExactly("a READMITTED: no other backend is left");
            pool.orders.drain(Endpoint.of("http://a"));
            assertThatExceptionOfType(NoBackendAvailableException.class)
                    .isThrownBy(pool.orders::acquire)
                    .withMessageContaining("http://a:80 draining 0 ms");
        }
    }

    @Test
    void after_a_pause_of_the_machine_old_outcomes_are_no_verdict() {
        try (TroubledPool pool = TroubledPool.of(ONLY_FAILURE_RATE, "a", "b")) {
            pool.answer("b", failure());
            pool.attemptsOn("b", 100);
            pool.time.jump(Duration.ofSeconds(3));
            pool.seconds(0);
            pool.attemptsOn("b", 1);
            pool.seconds(1);
            assertThat(pool.told()).isEmpty();
        }
    }

    @Test
    void failures_that_come_in_right_after_a_pause_eject_nobody() {
        try (TroubledPool pool = TroubledPool.of("a", "b")) {
            List<Lease> open = new ArrayList<>();
            while (open.size() < 20) {
                open.add(pool.acquire(Attempt.PLAIN));
            }
            pool.attempts(2);
            pool.time.jump(Duration.ofSeconds(3));
            open.forEach(lease -> lease.complete(Outcome.failure(new IOException("timeout"))));
            pool.seconds(0);
            assertThat(pool.told()).isEmpty();
        }
    }

    /** The judgement that was to come runs before or after the failures come in. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void attempts_that_outlast_a_pause_eject_nobody_although_nothing_was_heard_before(boolean timersFirst) {
        try (TroubledPool pool = TroubledPool.of("a", "b")) {
            List<Lease> open = new ArrayList<>();
            while (open.size() < 20) {
                open.add(pool.acquire(Attempt.PLAIN));
            }
            pool.seconds(30);
            pool.time.jump(Duration.ofHours(3));
            pool.seconds(timersFirst ? 0.5 : 0);
            open.forEach(lease -> lease.complete(Outcome.failure(new IOException("reset"))));
            pool.seconds(1.5);
            assertThat(pool.told()).isEmpty();
        }
    }

    @Test
    void what_fails_in_the_second_after_a_pause_does_not_count_and_what_fails_later_does() {
        try (TroubledPool pool = TroubledPool.of("a", "b")) {
            Lease open = pool.acquire(Attempt.PLAIN);
            pool.time.jump(Duration.ofSeconds(3));
            pool.seconds(0);
            pool.answer("b", failure());
            pool.seconds(0.999);
            pool.attemptsOn("b", 30);
            assertThat(pool.told()).isEmpty();
            pool.seconds(0.001);
            pool.attemptsOn("b", 4);
            assertThat(pool.told()).isEmpty();
            pool.attemptsOn("b", 1);
            assertThat(pool.told()).containsExactly("b EJECTED: 5 failures in a row, for 10 s");
            open.complete(Outcome.IGNORED);
            pool.seconds(2);
            assertThat(pool.time.pendingTasks()).as("the term alone").isEqualTo(1);
        }
    }

    @Test
    void timers_run_only_while_there_is_traffic_and_all_end_at_the_close() {
        TroubledPool pool = TroubledPool.of("a", "b", "c", "d");
        assertThat(pool.time.pendingTasks()).isZero();
        pool.attempts(10);
        assertThat(pool.time.pendingTasks()).as("the next judgement").isEqualTo(1);
        pool.seconds(1);
        assertThat(pool.time.pendingTasks()).isZero();
        pool.eject("a");
        pool.eject("b");
        assertThat(pool.time.pendingTasks()).as("a judgement and two terms").isEqualTo(3);
        pool.seconds(10);
        assertThat(pool.time.pendingTasks()).as("half-open waits for attempts").isZero();
        Lease trial = pool.acquire(TroubledPool.REPEATABLE);
        assertThat(pool.time.pendingTasks()).as("the trial").isEqualTo(1);
        pool.attempts(4);
        pool.close();
        assertThat(pool.time.pendingTasks()).isZero();
        trial.complete(failure());
        assertThat(pool.time.pendingTasks()).isZero();
    }

    @Test
    void attempts_that_began_before_a_change_say_nothing_about_the_backend_after_it() {
        try (TroubledPool pool = TroubledPool.of("a", "b")) {
            List<Lease> old = new ArrayList<>();
            while (old.size() < 20) {
                old.add(pool.acquire(Attempt.PLAIN));
            }
            pool.orders.drain(Endpoint.of("http://b"));
            pool.orders.resume(Endpoint.of("http://b"));
            old.stream()
                    .filter(lease -> lease.backend().endpoint().host().equals("b"))
                    .forEach(lease -> lease.complete(failure()));
            assertThat(pool.told()).isEmpty();
        }
    }

    @Test
    void fast_failures_get_no_more_than_a_fair_share_and_nothing_once_they_are_found() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.answer("b", failure());
            Map<String, Integer> got = pool.attempts(300);
            assertThat(got.get("b")).isEqualTo(5);
        }
    }
}
