package dev.evenkeel.lb.core;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReadinessTest {
    private static final Endpoint A = Endpoint.of("http://a");

    private final ManualTime time = ManualTime.create();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Thread> waiters = new ArrayList<>();
    private volatile Verdict verdict = Verdict.fail("not yet");

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private LoadBalancers assembly() {
        return LoadBalancers.named("orders").backends("http://a", "http://b").time(time);
    }

    private LoadBalancer probed(Start start) {
        return assembly()
                .healthCheck(HealthCheck.of((endpoint, timeout) -> verdict).start(start))
                .build();
    }

    /** Waits on another thread, and returns when that thread does wait. */
    private Future<Boolean> waiting(LoadBalancer orders, Duration timeout) {
        Thread[] waiter = new Thread[1];
        Future<Boolean> ready = threads.submit(() -> {
            synchronized (waiter) {
                waiter[0] = Thread.currentThread();
                waiter.notifyAll();
            }
            return orders.awaitReady(timeout);
        });
        synchronized (waiter) {
            while (waiter[0] == null) {
                try {
                    waiter.wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
        waiters.add(waiter[0]);
        while (waiter[0].getState() != Thread.State.WAITING && !ready.isDone()) {
            LockSupport.parkNanos(100_000);
        }
        return ready;
    }

    @Test
    void without_probes_whoever_is_there_is_ready() throws Exception {
        try (LoadBalancer orders = assembly().build()) {
            assertThat(orders.awaitReady(ZERO)).isTrue();
            orders.replace(List.of());
            assertThat(orders.awaitReady(ZERO)).isFalse();
            Future<Boolean> ready = waiting(orders, ofMinutes(1));
            assertThat(ready).isNotDone();
            orders.add(A);
            assertThat(ready.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void with_probes_the_first_that_passes_makes_it_ready_for_all_who_wait(Start start) throws Exception {
        try (LoadBalancer orders = probed(start)) {
            assertThat(orders.awaitReady(ZERO)).as("nobody is judged").isFalse();
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(waiting(orders, ofMinutes(1)));
            }
            time.advance(ofSeconds(1));
            assertThat(all).as("they have failed").noneMatch(Future::isDone);
            verdict = Verdict.pass();
            time.advance(ofSeconds(10));
            for (Future<Boolean> ready : all) {
                assertThat(ready.get(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void an_optimistic_backend_is_ready_at_its_first_pass_although_no_gate_changes() throws Exception {
        verdict = Verdict.pass();
        try (LoadBalancer orders = probed(Start.OPTIMISTIC)) {
            Future<Boolean> ready = waiting(orders, ofMinutes(1));
            assertThat(ready).isNotDone();
            time.advance(ofSeconds(1));
            assertThat(ready.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_probe_without_a_verdict_makes_nothing_ready() {
        verdict = Verdict.none("our own fault");
        try (LoadBalancer orders = probed(Start.OPTIMISTIC)) {
            time.advance(ofSeconds(30));
            assertThat(ready(orders, ZERO)).isFalse();
        }
    }

    @Test
    void a_good_backend_that_is_drained_is_not_ready_until_it_is_resumed() throws Exception {
        verdict = Verdict.pass();
        try (LoadBalancer orders = probed(Start.OPTIMISTIC)) {
            orders.replace(List.of(A));
            time.advance(ofSeconds(1));
            orders.drain(A);
            Future<Boolean> ready = waiting(orders, ofMinutes(1));
            assertThat(ready).isNotDone();
            orders.resume(A);
            assertThat(ready.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void the_timeout_passes_as_the_clock_is_turned() throws Exception {
        try (LoadBalancer orders = probed(Start.PESSIMISTIC)) {
            time.advance(ofSeconds(5));
            Future<Boolean> ready = waiting(orders, ofSeconds(20));
            time.advance(ofSeconds(20).minusNanos(1));
            assertThat(ready).isNotDone();
            time.advance(Duration.ofNanos(1));
            assertThat(ready.get(30, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void on_the_machines_clock_it_passes_by_itself() throws Exception {
        try (LoadBalancer orders =
                LoadBalancers.named("orders").backends("http://a").build()) {
            orders.drain(A);
            assertThat(orders.awaitReady(ofMillis(20))).isFalse();
        }
    }

    @Test
    void the_close_ends_the_wait_with_an_exception_and_leaves_no_timer() throws Exception {
        LoadBalancer orders = probed(Start.PESSIMISTIC);
        Future<Boolean> ready = waiting(orders, ofMinutes(1));
        orders.close();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> ready.get(30, TimeUnit.SECONDS))
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("orders is closed");
        assertThatIllegalStateException().isThrownBy(() -> orders.awaitReady(ZERO));
        assertThat(time.pendingTasks()).isZero();
    }

    @Test
    void an_interrupt_ends_the_wait_and_leaves_no_timer() throws Exception {
        try (LoadBalancer orders = assembly().build()) {
            orders.replace(List.of());
            Future<Boolean> ready = waiting(orders, ofMinutes(1));
            waiters.get(0).interrupt();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> ready.get(30, TimeUnit.SECONDS))
                    .withCauseInstanceOf(InterruptedException.class);
            assertThat(time.pendingTasks()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT8784H0.000000001S", "PT2562047788015215H30M7S"})
    void a_timeout_out_of_range_is_refused_even_if_all_is_ready(String text) {
        try (LoadBalancer orders = assembly().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> orders.awaitReady(Duration.parse(text)))
                    .withMessage("orders: the timeout of awaitReady must be 0 to PT8784H, was " + Duration.parse(text));
        }
    }

    private static boolean ready(LoadBalancer orders, Duration timeout) {
        try {
            return orders.awaitReady(timeout);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_pass_that_ends_a_run_of_failures_makes_it_ready_although_no_gate_changes() throws Exception {
        verdict = Verdict.pass();
        HealthCheck check = HealthCheck.of((endpoint, timeout) -> verdict).fall(1_000);
        try (LoadBalancer orders = assembly().healthCheck(check).build()) {
            time.advance(ofSeconds(30));
            verdict = Verdict.fail("once");
            time.advance(ofSeconds(30));
            Future<Boolean> ready = waiting(orders, ofMinutes(1));
            assertThat(ready).isNotDone();
            verdict = Verdict.pass();
            time.advance(ofSeconds(30));
            assertThat(ready.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
