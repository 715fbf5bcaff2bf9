package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.api.Selector;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeakEwmaTest {
    private static final long SEED = 2_002;
    private static final int PICKS = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    /** Passes the largest long in every test. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 2 * MILLI);

    private final DrawnBackend.Log log = new DrawnBackend.Log(2);

    private List<DrawnBackend> backends = List.of();
    private Selector selector = attempt -> null;

    private void pool(int size, IntUnaryOperator weight) {
        PeakEwma policy = PeakEwma.policy();
        backends = DrawnBackend.listOf(size, weight, log, policy, now::get);
        selector = policy.create(DrawnBackend.candidates(backends, now::get));
    }

    private static int same(int backend) {
        return 1;
    }

    /** Picks many times without beginning anything, and returns how often each was picked. */
    private long[] counts() {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] counts = new long[backends.size()];
        for (int i = 0; i < PICKS; i++) {
            counts[pick(random.nextLong()).number]++;
        }
        return counts;
    }

    private DrawnBackend pick(long random) {
        log.size = 0;
        Backend picked = selector instanceof PeakOfTwo two ? two.select(random) : selector.select(Attempt.PLAIN);
        assertThat(picked).isNotNull();
        return (DrawnBackend) picked;
    }

    private static long begin(DrawnBackend backend) {
        backend.inFlight++;
        return backend.told().begun();
    }

    private static void end(DrawnBackend backend, long mark, Kind outcome, boolean answered) {
        backend.told().ended(mark, outcome, answered);
        backend.inFlight--;
    }

    /** One attempt that is answered after a time; the clock goes on. */
    private void answer(DrawnBackend backend, long nanos, Kind outcome) {
        long mark = begin(backend);
        now.addAndGet(nanos);
        backend.told().answered(mark, outcome);
        end(backend, mark, outcome, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000999999S", "PT24H0.000000001S", "PT-2562047788015215H"})
    void a_half_life_out_of_range_is_refused(Duration halfLife) {
        assertThatThrownBy(() -> PeakEwma.policy().halfLife(halfLife))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("half-life must be 1 ms to 1 day, was " + halfLife);
    }

    @Test
    void it_has_its_name() {
        assertThat(PeakEwma.policy().halfLife(Duration.ofSeconds(1)).name()).isEqualTo("peak-ewma");
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 7", "3, 1", "3, 7", "10, 1", "10, 7", "1000, 1", "1000, 7"})
    void both_draws_are_uniform_whatever_the_weights(int n, int heaviest) {
        pool(n, i -> i % 2 == 0 ? heaviest : 1);
        SplittableRandom random = new SplittableRandom(SEED);
        long total = Math.max(500_000L, 6L * n * (n - 1));
        long[] pairs = new long[n * (n - 1)];
        long[] draws = new long[n];
        long[] picked = new long[n];
        for (long i = 0; i < total; i++) {
            picked[pick(random.nextLong()).number]++;
            int first = log.drawn[0];
            int second = log.drawn[1];
            draws[first]++;
            draws[second]++;
            pairs[first * (n - 1) + (second < first ? second : second - 1)]++;
        }
        ChiSquare.assertUniform("draws from " + n + ", seed " + SEED, draws, 2 * total);
        ChiSquare.assertUniform("pairs from " + n + ", seed " + SEED, pairs, total);
        ChiSquare.assertUniform("picks of unknown ones, seed " + SEED, picked, total);
    }

    @Test
    void the_policy_as_callers_use_it_is_uniform_too() {
        pool(10, PeakEwmaTest::same);
        long[] counts = new long[10];
        for (int i = 0; i < 100_000; i++) {
            DrawnBackend picked = (DrawnBackend) selector.select(Attempt.PLAIN);
            assertThat(picked).isNotNull();
            counts[picked.number]++;
        }
        ChiSquare.assertUniform("picks, not seeded", counts, 100_000);
    }

    @Test
    void the_faster_one_is_picked() {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(0), 20 * MILLI, Kind.SUCCESS);
        answer(backends.get(1), 10 * MILLI, Kind.SUCCESS);
        assertThat(counts()).containsExactly(0, PICKS);
    }

    @Test
    void what_is_in_flight_and_the_weight_are_factors() {
        pool(2, i -> i == 0 ? 3 : 1);
        answer(backends.get(0), 20 * MILLI, Kind.SUCCESS);
        answer(backends.get(1), 10 * MILLI, Kind.SUCCESS);
        assertThat(counts()).as("20 / 3 against 10 / 1").containsExactly(PICKS, 0);
        backends.get(0).inFlight = 1;
        assertThat(counts()).as("40 / 3 against 10 / 1").containsExactly(0, PICKS);
        backends.get(1).inFlight = 1;
        assertThat(counts()).as("40 / 3 against 20 / 1").containsExactly(PICKS, 0);
    }

    @Test
    void a_slow_answer_counts_at_once_and_fades_with_the_half_life() {
        pool(2, PeakEwmaTest::same);
        DrawnBackend slow = backends.get(0);
        answer(slow, 5 * MILLI, Kind.SUCCESS);
        answer(slow, 80 * MILLI, Kind.SUCCESS);
        answer(slow, 5 * MILLI, Kind.SUCCESS);
        for (int seconds = 0; seconds <= 60; seconds++) {
            answer(backends.get(1), 7 * MILLI, Kind.SUCCESS);
            boolean avoided = seconds < 36; // 80 ms is down to 7 after log2(80 / 7) = 3.51 half-lives
            if (seconds < 33 || seconds > 38) {
                assertThat(counts())
                        .as("after %d s", seconds)
                        .containsExactly(avoided ? 0 : PICKS, avoided ? PICKS : 0);
            }
            now.addAndGet(SECOND - 7 * MILLI);
        }
    }

    @Test
    void a_backend_that_hangs_looks_bad_before_it_answers() {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(0), 5 * MILLI, Kind.SUCCESS);
        answer(backends.get(1), 50 * MILLI, Kind.SUCCESS);
        long hung = begin(backends.get(0));
        backends.get(1).inFlight = 1;
        now.addAndGet(10 * MILLI);
        assertThat(counts()).as("10 ms old against 50 ms").containsExactly(PICKS, 0);
        now.addAndGet(45 * MILLI);
        assertThat(counts()).as("55 ms old against 50 ms").containsExactly(0, PICKS);
        end(backends.get(0), hung, Kind.IGNORED, false);
        backends.get(0).inFlight = 1;
        assertThat(counts()).as("cancelled: neither age nor sample").containsExactly(PICKS, 0);
    }

    @Test
    void a_long_body_is_neither_age_nor_latency() {
        pool(2, PeakEwmaTest::same);
        DrawnBackend streaming = backends.get(0);
        answer(backends.get(1), 5 * MILLI, Kind.SUCCESS);
        long mark = begin(streaming);
        now.addAndGet(2 * MILLI);
        streaming.told().answered(mark, Kind.SUCCESS);
        for (int minute = 0; minute < 60; minute++) {
            now.addAndGet(60 * SECOND);
            answer(backends.get(1), 5 * MILLI, Kind.SUCCESS);
            answer(streaming, 2 * MILLI, Kind.SUCCESS);
            assertThat(counts()).as("2 ms × 2 against 5 ms").containsExactly(PICKS, 0);
        }
        end(streaming, mark, Kind.SUCCESS, true);
        assertThat(counts()).containsExactly(PICKS, 0);
    }

    @Test
    void an_end_without_an_answer_is_the_answer() {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(1), 5 * MILLI, Kind.SUCCESS);
        long mark = begin(backends.get(0));
        now.addAndGet(50 * MILLI);
        end(backends.get(0), mark, Kind.SUCCESS, false);
        assertThat(counts()).containsExactly(0, PICKS);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"FAILURE", "UNREACHABLE", "REJECTED"})
    void a_backend_that_fails_fast_does_not_attract_traffic(Kind fault) {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(1), 900 * MILLI, Kind.SUCCESS);
        answer(backends.get(0), MILLI, fault);
        assertThat(counts()).as("seen at the answer: a second").containsExactly(0, PICKS);
        now.addAndGet(100 * SECOND);
        answer(backends.get(0), MILLI, Kind.SUCCESS);
        answer(backends.get(1), 900 * MILLI, Kind.SUCCESS);
        assertThat(counts()).containsExactly(PICKS, 0);
        end(backends.get(0), begin(backends.get(0)), fault, false);
        assertThat(counts()).as("seen at the end").containsExactly(0, PICKS);
    }

    @Test
    void failing_fast_does_not_look_fast_where_good_answers_take_long_either() {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(1), 30 * SECOND, Kind.SUCCESS);
        answer(backends.get(0), MILLI, Kind.FAILURE);
        assertThat(counts()).as("twice 30 s against 30 s").containsExactly(0, PICKS);
        now.addAndGet(11 * SECOND);
        answer(backends.get(1), 30 * SECOND, Kind.SUCCESS);
        assertThat(counts()).as("when that has faded it is tried again").containsExactly(PICKS, 0);
        answer(backends.get(0), MILLI, Kind.FAILURE);
        assertThat(counts()).as("and fails").containsExactly(0, PICKS);
    }

    @Test
    void a_failure_after_a_good_answer_counts_without_the_length_of_the_body() {
        pool(2, PeakEwmaTest::same);
        DrawnBackend breaking = backends.get(0);
        long mark = begin(breaking);
        now.addAndGet(5 * MILLI);
        breaking.told().answered(mark, Kind.SUCCESS);
        now.addAndGet(3_600 * SECOND);
        end(breaking, mark, Kind.FAILURE, true);
        answer(backends.get(1), 900 * MILLI, Kind.SUCCESS);
        assertThat(counts()).as("a second against 900 ms").containsExactly(0, PICKS);
        answer(backends.get(1), 1_100 * MILLI, Kind.SUCCESS);
        assertThat(counts()).as("a second against 1.1").containsExactly(PICKS, 0);
    }

    @Test
    void an_unknown_backend_gets_one_attempt_at_a_time_until_its_first_answer() {
        pool(2, PeakEwmaTest::same);
        DrawnBackend unknown = backends.get(0);
        answer(backends.get(1), MILLI, Kind.SUCCESS);
        assertThat(counts()).as("idle: tried first").containsExactly(PICKS, 0);
        long mark = begin(unknown);
        backends.get(1).inFlight = 1_000_000;
        assertThat(counts()).as("busy: not tried twice").containsExactly(0, PICKS);
        end(unknown, mark, Kind.IGNORED, false);
        assertThat(counts()).as("cancelled: still unknown").containsExactly(PICKS, 0);
        answer(unknown, 2 * MILLI, Kind.SUCCESS);
        backends.get(1).inFlight = 0;
        assertThat(counts()).as("answered: known").containsExactly(0, PICKS);
    }

    @Test
    void of_two_unknown_busy_ones_the_one_with_less_in_flight_is_picked() {
        pool(2, i -> i == 0 ? 2 : 1);
        backends.get(0).inFlight = 4;
        backends.get(1).inFlight = 1;
        assertThat(counts()).as("5 / 2 against 2 / 1").containsExactly(0, PICKS);
        backends.get(1).inFlight = 2;
        assertThat(counts()).as("5 / 2 against 3 / 1").containsExactly(PICKS, 0);
    }

    @Test
    void a_backend_that_was_left_alone_for_long_is_unknown_again() {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(0), 50 * MILLI, Kind.SUCCESS);
        now.addAndGet(270 * SECOND);
        answer(backends.get(1), MILLI, Kind.SUCCESS);
        backends.get(0).inFlight = 1;
        assertThat(counts()).as("50 ms, 26 half-lives later, is below 1 ns").containsExactly(0, PICKS);
    }

    @Test
    void a_draw_that_may_not_be_used_any_more_loses_to_one_that_may() {
        pool(2, PeakEwmaTest::same);
        answer(backends.get(0), MILLI, Kind.SUCCESS);
        answer(backends.get(1), SECOND, Kind.SUCCESS);
        backends.get(0).eligible = false;
        assertThat(counts()).containsExactly(0, PICKS);
        backends.get(1).eligible = false;
        assertThat(counts()).as("none may be used: the better one").containsExactly(PICKS, 0);
    }

    @Test
    void the_only_backend_is_picked_in_any_state() {
        pool(1, PeakEwmaTest::same);
        backends.get(0).eligible = false;
        backends.get(0).inFlight = Integer.MAX_VALUE;
        assertThat(pick(0)).isSameAs(backends.get(0));
    }

    @Test
    void largest_numbers_do_not_overflow() {
        pool(2, i -> 1_000_000 - i);
        backends.forEach(backend -> backend.inFlight = Integer.MAX_VALUE);
        assertThat(counts()).as("unknown").containsExactly(PICKS, 0);
        backends.forEach(backend -> answer(backend, 3_600 * SECOND, Kind.SUCCESS));
        backends.forEach(backend -> backend.inFlight = Integer.MAX_VALUE);
        now.addAndGet(-3_600 * SECOND);
        assertThat(counts()[0] + counts()[1]).isEqualTo(PICKS);
    }

    @Test
    void a_candidate_of_which_nothing_is_told_is_unknown() {
        List<DrawnBackend> plain = DrawnBackend.listOf(2, PeakEwmaTest::same, log, RoundRobin.policy(), now::get);
        plain.get(0).inFlight = 1;
        Selector unknowing = PeakEwma.policy().create(Candidates.of(plain));
        for (int i = 0; i < 100; i++) {
            assertThat(unknowing.select(Attempt.PLAIN)).isSameAs(plain.get(1));
        }
    }

    @Test
    void the_half_life_that_was_set_is_felt() {
        for (int seconds : new int[] {1, 100}) {
            PeakEwma policy = PeakEwma.policy().halfLife(Duration.ofSeconds(seconds));
            backends = DrawnBackend.listOf(2, PeakEwmaTest::same, log, policy, now::get);
            selector = policy.create(DrawnBackend.candidates(backends, now::get));
            answer(backends.get(0), 8 * MILLI, Kind.SUCCESS);
            now.addAndGet(4 * SECOND);
            answer(backends.get(1), MILLI, Kind.SUCCESS);
            assertThat(counts())
                    .as("8 ms, 4 s ago, with a half-life of %d s, against 1 ms", seconds)
                    .containsExactly(seconds == 1 ? new long[] {PICKS, 0} : new long[] {0, PICKS});
        }
    }

    @Test
    void the_weight_that_counts_is_that_of_the_ramp() {
        PeakEwma policy = PeakEwma.policy();
        backends = DrawnBackend.listOf(2, PeakEwmaTest::same, log, policy, now::get);
        selector = policy.create(Candidates.of(
                0,
                backends.stream()
                        .map(backend -> new Candidates.Candidate(
                                backend, 1, backend.number == 0 ? 10 : 100, true, backend.feedback))
                        .toList(),
                now::get));
        answer(backends.get(0), MILLI, Kind.SUCCESS);
        answer(backends.get(1), 9 * MILLI, Kind.SUCCESS);
        assertThat(counts()).as("1 ms / 10 % against 9 ms").containsExactly(0, PICKS);
        answer(backends.get(1), 11 * MILLI, Kind.SUCCESS);
        assertThat(counts()).as("1 ms / 10 % against 11 ms").containsExactly(PICKS, 0);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a null checker can do
    void a_half_life_of_null_is_refused_by_name() {
        assertThatThrownBy(() -> PeakEwma.policy().halfLife(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("halfLife");
    }
}
