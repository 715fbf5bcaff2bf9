package dev.evenkeel.lb.core;

import static dev.evenkeel.lb.core.TroubledPool.REPEATABLE;
import static dev.evenkeel.lb.core.TroubledPool.STANDARD;
import static dev.evenkeel.lb.core.TroubledPool.failure;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.time.ManualTime;
import dev.evenkeel.lb.core.time.Scheduler;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a trial that is given up, is told too much or cannot begin, and what the cap is while backends drain. */
@Timeout(60)
class TrialTest {
    @Test
    void an_answer_that_says_nothing_does_not_free_the_slot_of_an_attempt_under_way() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            Lease trial = pool.acquire(REPEATABLE);
            trial.answered(Outcome.IGNORED);
            pool.seconds(5);
            assertThat(pool.attempts(REPEATABLE, 3)).doesNotContainKey("b");
            trial.complete(Outcome.SUCCESS);
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
        }
    }

    @Test
    void a_second_answer_of_a_trial_counts_for_nothing() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            Lease trial = pool.acquire(REPEATABLE);
            trial.answered(Outcome.IGNORED);
            trial.answered(failure());
            assertThat(pool.told(Kind.EJECTED)).hasSize(1);
            trial.complete(Outcome.SUCCESS);
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
        }
    }

    @Test
    void callers_that_cancel_make_the_trial_fail_when_their_time_adds_up() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            int onB = 0;
            for (int i = 0; i < 10_000; i++) {
                Lease lease = pool.acquire(REPEATABLE);
                boolean isHole = lease.backend().endpoint().host().equals("b");
                pool.seconds(isHole ? 2 : 0.01);
                onB += isHole ? 1 : 0;
                lease.complete(isHole ? Outcome.IGNORED : Outcome.SUCCESS);
                if (pool.told(Kind.EJECTED).size() > 1) {
                    break;
                }
            }
            assertThat(onB).isEqualTo(5);
            assertThat(pool.told(Kind.EJECTED))
                    .last()
                    .isEqualTo("b EJECTED: its trial had no answer within 10 s, over 5 attempts, for 20 s");
        }
    }

    @Test
    void after_each_claim_that_is_given_back_the_slot_stays_shut_for_twice_as_long() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            for (double shut : new double[] {1, 2, 4, 8, 10, 10}) {
                Lease trial = pool.acquire(REPEATABLE);
                assertThat(trial.backend().endpoint().host()).isEqualTo("b");
                trial.complete(Outcome.IGNORED);
                pool.seconds(shut - 0.001);
                assertThat(pool.attempts(REPEATABLE, 3)).doesNotContainKey("b");
                pool.seconds(0.001);
            }
            assertThat(pool.attempts(REPEATABLE, 1)).containsOnlyKeys("b");
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
        }
    }

    @Test
    void the_last_attempt_of_a_trial_has_a_tenth_of_its_time_at_least() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            Lease first = pool.acquire(REPEATABLE);
            pool.seconds(9.999);
            first.complete(Outcome.IGNORED);
            assertThat(pool.told(Kind.EJECTED)).as("no verdict").hasSize(1);
            pool.seconds(1);
            Lease second = pool.acquire(REPEATABLE);
            pool.seconds(0.999);
            assertThat(pool.told(Kind.EJECTED)).hasSize(1);
            second.complete(Outcome.SUCCESS);
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
        }
    }

    @Test
    void a_cancel_after_a_pause_of_the_machine_is_no_verdict() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            Lease trial = pool.acquire(REPEATABLE);
            pool.time.jump(ofSeconds(60));
            trial.complete(Outcome.IGNORED);
            pool.seconds(1);
            assertThat(pool.told(Kind.EJECTED)).hasSize(1);
            assertThat(pool.acquire(REPEATABLE).backend().endpoint().host()).isEqualTo("b");
            pool.seconds(9.999);
            assertThat(pool.told(Kind.EJECTED)).hasSize(1);
        }
    }

    @Test
    void members_that_drained_while_ejected_count_again_when_they_are_back() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c", "d", "e", "f")) {
            List<String> bad = List.of("a", "b", "c");
            bad.forEach(pool::eject);
            bad.forEach(it -> pool.orders.drain(Endpoint.of("http://" + it)));
            pool.eject("d");
            for (String host : bad) {
                pool.orders.resume(Endpoint.of("http://" + host));
                assertThat(ejected(pool)).as(host).isLessThanOrEqualTo(host.equals("c") ? 3 : 2);
            }
            assertThat(pool.told(Kind.READMITTED))
                    .containsExactly("a READMITTED: 3 of 5 are ejected, and no more than 2 may be");
            assertThat(ejected(pool)).isEqualTo(3);
        }
    }

    private static long ejected(TroubledPool pool) {
        return pool.orders.snapshot().backends().stream()
                .filter(it -> it.state() == BackendState.EJECTED)
                .count();
    }

    @Test
    void where_a_trial_cannot_be_timed_it_leaves_nothing_behind_and_the_next_attempts_go_elsewhere() throws Exception {
        ManualTime time = ManualTime.create();
        FailingTimer timer = new FailingTimer(time);
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a", "http://b", "http://c")
                .outlierDetection(STANDARD)
                .build(null, time, timer, () -> {})) {
            ejectB(orders);
            time.advance(ofSeconds(10));
            timer.isBroken = true;
            assertThatIllegalStateException().isThrownBy(() -> orders.acquire(REPEATABLE));
            assertThat(inFlight(orders)).isZero();
            timer.isBroken = false;
            Lease next = orders.acquire(REPEATABLE);
            assertThat(next.backend().endpoint().host()).isNotEqualTo("b");
            next.complete(Outcome.SUCCESS);
            time.advance(ofSeconds(1));
            Lease trial = orders.acquire(REPEATABLE);
            assertThat(trial.backend().endpoint().host()).isEqualTo("b");
            trial.complete(Outcome.SUCCESS);
            assertThat(inFlight(orders)).isZero();
        }
    }

    private static int inFlight(LoadBalancer orders) {
        return orders.snapshot().backends().stream()
                .mapToInt(it -> it.traffic().inFlight())
                .sum();
    }

    private static void ejectB(LoadBalancer orders) throws NoBackendAvailableException {
        for (int i = 0; i < 30; i++) {
            Lease lease = orders.acquire();
            lease.complete(lease.backend().endpoint().host().equals("b") ? failure() : Outcome.SUCCESS);
        }
    }

    /** Fails to schedule while it is told to. */
    private static final class FailingTimer implements Scheduler {
        private final ManualTime time;
        boolean isBroken;

        FailingTimer(ManualTime time) {
            this.time = time;
        }

        @Override
        public Cancellable schedule(Runnable task, long delayNanos) {
            if (isBroken) {
                throw new IllegalStateException("no timer");
            }
            return time.schedule(task, delayNanos);
        }

        @Override
        public Executor workers(String role) {
            return time.workers(role);
        }

        @Override
        public Executor thread(String role) {
            return time.thread(role);
        }
    }

    @Test
    void a_judgement_that_could_not_be_timed_leaves_no_attempt_behind_and_is_asked_for_again() throws Exception {
        ManualTime time = ManualTime.create();
        FailingTimer timer = new FailingTimer(time);
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a", "http://b", "http://c")
                .outlierDetection(STANDARD)
                .build(null, time, timer, () -> {})) {
            timer.isBroken = true;
            assertThatIllegalStateException().isThrownBy(orders::acquire);
            assertThat(inFlight(orders)).isZero();
            timer.isBroken = false;
            orders.acquire().complete(Outcome.SUCCESS);
            assertThat(time.pendingTasks()).isEqualTo(1);
        }
    }

    @Test
    void where_the_trial_waits_for_a_passing_probe_the_event_says_so() {
        try (TroubledPool pool = TroubledPool.probed("a", "b", "c")) {
            pool.eject("b");
            pool.sick.add("b");
            pool.seconds(10);
            assertThat(pool.told(Kind.HALF_OPEN))
                    .containsExactly("b HALF_OPEN: one attempt may try it once a probe has passed");
        }
    }
}
