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
            Lease next = orders.acquire(REPEATABLE);
            assertThat(next.backend().endpoint().host()).isNotEqualTo("b");
            timer.isBroken = false;
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
    void a_judgement_that_could_not_be_timed_is_asked_for_again() throws Exception {
        ManualTime time = ManualTime.create();
        FailingTimer timer = new FailingTimer(time);
        try (LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a", "http://b", "http://c")
                .outlierDetection(STANDARD)
                .build(null, time, timer, () -> {})) {
            Lease lease = orders.acquire();
            timer.isBroken = true;
            assertThatIllegalStateException().isThrownBy(() -> lease.complete(Outcome.SUCCESS));
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
