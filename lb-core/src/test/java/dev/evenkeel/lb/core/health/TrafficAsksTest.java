package dev.evenkeel.lb.core.health;

import static dev.evenkeel.lb.core.health.ProbedPool.A;
import static dev.evenkeel.lb.core.health.ProbedPool.B;
import static dev.evenkeel.lb.core.health.ProbedPool.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.FakeAsker.Reply;
import dev.evenkeel.lb.core.pool.Gate;
import dev.evenkeel.lb.core.pool.Member;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TrafficAsksTest {
    private final Throwable refused = new ConnectException("Connection refused");

    private final HealthCheck exact = check().jitter(0);

    private static ProbedPool settled(HealthCheck check) {
        ProbedPool it = ProbedPool.of(check, A, B);
        it.seconds(5);
        return it;
    }

    @Test
    void three_connect_failures_close_the_gate_at_once() {
        try (ProbedPool it = settled(exact)) {
            it.prober.unreachable(it.member(A), refused);
            it.prober.unreachable(it.member(A), refused);
            assertThat(it.state(A)).isEqualTo(BackendState.UP);

            it.prober.unreachable(it.member(A), refused);

            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
            assertThat(it.pool.pick(Attempt.PLAIN)).isSameAs(it.member(B));
            assertThat(it.transitions())
                    .containsExactly("orders: http://a:8080 is DOWN: 3 failed probes: connection refused");
        }
    }

    @Test
    void one_connect_failure_takes_an_unchecked_optimistic_backend_out() {
        try (ProbedPool it = ProbedPool.of(exact, A)) {
            it.prober.unreachable(it.member(A), refused);

            assertThat(it.transitions())
                    .containsExactly("orders: http://a:8080 is DOWN: first probe failed: connection refused");
        }
    }

    @Test
    void a_connect_failure_brings_the_next_probe_forward_to_now_and_not_onto_the_caller() {
        try (ProbedPool it = settled(exact)) {
            it.prober.unreachable(it.member(A), refused);
            assertThat(it.asker.asked(A)).hasSize(1);

            it.seconds(0);

            assertThat(it.asker.asked(A)).hasSize(2).contains(Duration.ofSeconds(5));
            assertThat(it.asker.asked(B)).hasSize(1);
            it.seconds(20);
            assertThat(it.asker.asked(A)).endsWith(Duration.ofSeconds(15), Duration.ofSeconds(25));
        }
    }

    @Test
    void traffic_gets_one_probe_a_second_however_often_it_asks() {
        try (ProbedPool it = settled(exact)) {
            for (int i = 0; i < 40; i++) {
                it.prober.unreachable(it.member(A), refused);
                it.seconds(0.1);
            }

            assertThat(it.asker.asked(A).stream().skip(1).map(Duration::toMillis))
                    .containsExactly(5_000L, 6_000L, 7_000L, 8_000L, 9_000L);
        }
    }

    @Test
    void an_ask_within_the_second_is_not_lost() {
        try (ProbedPool it = settled(exact)) {
            it.prober.unreachable(it.member(A), refused);
            it.seconds(0.5);
            it.prober.unreachable(it.member(A), refused);
            it.seconds(0.5);

            assertThat(it.asker.asked(A)).hasSize(3).endsWith(Duration.ofSeconds(5), Duration.ofSeconds(6));
        }
    }

    @Test
    void while_a_probe_is_in_flight_traffic_counts_and_asks_for_no_other() {
        try (ProbedPool it = settled(exact)) {
            it.asker.backend = endpoint -> Reply.pass(Duration.ofSeconds(1));
            it.prober.unreachable(it.member(A), refused);
            it.seconds(0.5);
            it.prober.unreachable(it.member(A), refused);
            it.seconds(0.2);

            assertThat(it.asker.asked(A)).hasSize(2);
            assertThat(it.member(A).health().failuresInARow()).isEqualTo(2);
            it.seconds(0.3);
            assertThat(it.member(A).health()).isEqualTo(BackendHealth.PASSING);
        }
    }

    @Test
    void a_failing_probe_counts_with_the_calls() {
        try (ProbedPool it = settled(exact)) {
            it.asker.backend = endpoint -> Reply.fail("connection refused");
            it.prober.unreachable(it.member(A), refused);
            it.prober.unreachable(it.member(A), refused);
            it.seconds(0);

            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
        }
    }

    @Test
    void a_fault_of_our_own_and_a_departed_member_are_ignored() {
        try (ProbedPool it = settled(exact)) {
            Member departed = it.member(B);
            it.roster.remove(B);
            for (int i = 0; i < 5; i++) {
                it.prober.unreachable(it.member(A), new SocketException("Too many open files"));
                it.prober.unreachable(departed, refused);
            }
            it.roster.add(B);
            it.prober.unreachable(departed, refused);
            it.seconds(0);

            assertThat(it.transitions()).isEmpty();
            assertThat(it.member(B)).isNotSameAs(departed);
            assertThat(it.member(B).health()).isEqualTo(BackendHealth.UNCHECKED);
            assertThat(it.asker.asked(A)).hasSize(1);
        }
    }

    /** With one verdict to each change, the gate must end as the last verdict says, whatever crossed it. */
    @Test
    void the_gate_ends_where_the_last_of_many_crossing_verdicts_put_it() throws InterruptedException {
        for (int seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            HealthCheck check = exact.rise(1).fall(1).every(Duration.ofMillis(10));
            try (ProbedPool it = ProbedPool.of(check, A)) {
                it.asker.backend = endpoint ->
                        random.nextInt(4) == 0 ? Reply.fail("HTTP 503") : new Reply(Duration.ZERO, Verdict.pass());
                AtomicBoolean done = new AtomicBoolean();
                List<Thread> callers = new ArrayList<>();
                for (int caller = 0; caller < 2; caller++) {
                    callers.add(new Thread(() -> {
                        while (!done.get()) {
                            it.prober.unreachable(it.member(A), refused);
                        }
                    }));
                }
                callers.forEach(Thread::start);
                it.time.advance(Duration.ofSeconds(5));
                done.set(true);
                for (Thread caller : callers) {
                    caller.join();
                }

                boolean closed = (it.member(A).gates() & Gate.PROBE.bit()) != 0;
                assertThat(closed)
                        .as("seed %d", seed)
                        .isEqualTo(it.member(A).health().failuresInARow() > 0);
                List<String> told = it.transitions();
                for (int i = 0; i < told.size(); i++) {
                    String expected = i % 2 == 0 ? "is DOWN: (first|1 failed) probe" : "is UP: 1 passed probe";
                    assertThat(told.get(i)).as("seed %d, event %d", seed, i).containsPattern(expected);
                }
            }
        }
    }
}
