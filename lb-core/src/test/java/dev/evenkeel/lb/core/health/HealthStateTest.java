package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.Thresholds;
import dev.evenkeel.lb.core.health.HealthState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HealthStateTest {
    private static final int VERDICTS = 20_000;

    static Stream<Thresholds> allThresholds() {
        return IntStream.rangeClosed(1, 5)
                .boxed()
                .flatMap(rise -> IntStream.rangeClosed(1, 5)
                        .boxed()
                        .flatMap(fall -> Stream.of(Start.values()).map(start -> new Thresholds(rise, fall, start))));
    }

    @ParameterizedTest
    @MethodSource("allThresholds")
    void says_what_the_last_verdicts_in_a_row_say(Thresholds thresholds) {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            HealthState state = HealthState.unchecked(thresholds);
            Runs oracle = new Runs(thresholds);
            double share = random.nextDouble();
            for (int i = 0; i < VERDICTS; i++) {
                if (i % 50 == 0) {
                    share = random.nextDouble();
                }
                boolean pass = random.nextDouble() < share;
                boolean before = oracle.up();
                oracle.hear(pass);
                boolean changed = pass ? state.pass() : state.fail();
                assertThat(state.isUp())
                        .as("seed %d, verdict %d, %s", seed, i, thresholds)
                        .isEqualTo(oracle.up());
                assertThat(changed)
                        .as("change at seed %d, verdict %d, %s", seed, i, thresholds)
                        .isEqualTo(before != oracle.up());
                assertThat(state.phase())
                        .as("phase at seed %d, verdict %d, %s", seed, i, thresholds)
                        .isEqualTo(oracle.phase());
            }
        }
    }

    /** Knows nothing of a counter: looks at the tail of all verdicts so far. */
    private static final class Runs {
        private final Thresholds thresholds;
        private final List<Boolean> verdicts = new ArrayList<>();
        private boolean up;

        Runs(Thresholds thresholds) {
            this.thresholds = thresholds;
            this.up = thresholds.start() == Start.OPTIMISTIC;
        }

        void hear(boolean pass) {
            verdicts.add(pass);
            if (verdicts.size() == 1) {
                up = pass;
            } else if (endsWith(true, thresholds.rise())) {
                up = true;
            } else if (endsWith(false, thresholds.fall())) {
                up = false;
            }
        }

        private boolean endsWith(boolean verdict, int times) {
            int n = verdicts.size();
            return n >= times && !verdicts.subList(n - times, n).contains(!verdict);
        }

        boolean up() {
            return up;
        }

        Phase phase() {
            if (!verdicts.contains(true) || up != verdicts.get(verdicts.size() - 1)) {
                return Phase.PENDING;
            }
            return up ? Phase.UP : Phase.DOWN;
        }
    }

    @Test
    void an_optimistic_backend_starts_up_and_its_first_failure_takes_it_out() {
        HealthState state = HealthState.unchecked(new Thresholds(2, 3, Start.OPTIMISTIC));

        assertThat(state.isUp()).isTrue();
        assertThat(state.fail()).isTrue();
        assertThat(state.isUp()).isFalse();
    }

    @Test
    void a_pessimistic_backend_starts_down_and_its_first_pass_brings_it_in() {
        HealthState state = HealthState.unchecked(new Thresholds(2, 3, Start.PESSIMISTIC));

        assertThat(state.isUp()).isFalse();
        assertThat(state.pass()).isTrue();
        assertThat(state.isUp()).isTrue();
    }

    @Test
    void third_failure_in_a_row_takes_it_down_and_a_pass_between_starts_over() {
        HealthState state = HealthState.unchecked(Thresholds.DEFAULT);
        state.pass();
        state.fail();
        state.fail();
        state.pass();

        assertThat(state.fail()).isFalse();
        assertThat(state.fail()).isFalse();
        assertThat(state.fail()).isTrue();
        assertThat(state.fail()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Start.class)
    void a_backend_that_never_passed_is_pending_however_long_it_has_been_down(Start start) {
        HealthState state = HealthState.unchecked(new Thresholds(2, 3, start));
        for (int i = 0; i < 10; i++) {
            state.fail();
            assertThat(state.phase()).isEqualTo(Phase.PENDING);
        }
    }

    @Test
    void a_state_taken_up_again_counts_on_from_its_failures() {
        HealthState state = HealthState.up(Thresholds.DEFAULT, 2);

        assertThat(state.isUp()).isTrue();
        assertThat(state.fail()).isTrue();
        assertThat(HealthState.up(Thresholds.DEFAULT, 99).isUp()).isTrue();
        assertThat(HealthState.down(Thresholds.DEFAULT).pass()).isFalse();
    }

    @Test
    void every_change_is_told_to_exactly_one_of_many_threads() throws InterruptedException {
        HealthState state = HealthState.unchecked(new Thresholds(1, 1, Start.OPTIMISTIC));
        AtomicInteger ups = new AtomicInteger();
        AtomicInteger downs = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            threads.add(new Thread(() -> {
                await(go);
                for (int n = 0; n < 200_000; n++) {
                    if (random.nextBoolean()) {
                        ups.addAndGet(state.pass() ? 1 : 0);
                    } else {
                        downs.addAndGet(state.fail() ? 1 : 0);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(downs.get() - ups.get()).isEqualTo(state.isUp() ? 0 : 1);
        assertThat(ups.get()).isPositive();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
