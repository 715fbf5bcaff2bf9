package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.api.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeastRequestTest {
    private static final long SEED = 1_001;
    private static final int PICKS = 200_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final DrawnBackend.Log log = new DrawnBackend.Log(2_000);

    private List<DrawnBackend> backends = List.of();

    /** Makes a selector and answers with its pick by random number. */
    private LongFunction<Backend> picks(int choices, int size, IntUnaryOperator weight) {
        LeastRequest policy = LeastRequest.choices(choices);
        backends = DrawnBackend.listOf(size, weight, log, policy, now::get);
        Selector selector = policy.create(DrawnBackend.candidates(backends, now::get));
        return random -> {
            log.size = 0;
            if (selector instanceof LeastOfTwo two) {
                return two.select(random);
            }
            Backend picked = selector instanceof LeastOfSeveral several
                    ? several.select(random)
                    : selector.select(Attempt.PLAIN);
            assertThat(picked).isNotNull();
            return picked;
        };
    }

    private long[] countsOf(LongFunction<Backend> picks) {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] counts = new long[backends.size()];
        for (int i = 0; i < PICKS; i++) {
            counts[((DrawnBackend) picks.apply(random.nextLong())).number]++;
        }
        return counts;
    }

    private static int same(int backend) {
        return 1;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void fewer_than_one_choice_is_refused(int d) {
        assertThatThrownBy(() -> LeastRequest.choices(d))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("choices must be at least 1, was " + d);
    }

    @Test
    void it_has_its_name() {
        assertThat(LeastRequest.policy().name()).isEqualTo("least-request");
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "2, 7", "3, 1", "3, 7", "10, 1", "10, 7", "1000, 1", "1000, 7"})
    void both_draws_are_uniform_whatever_the_weights(int n, int heaviest) {
        LongFunction<Backend> picks = picks(2, n, i -> i % 2 == 0 ? heaviest : 1);
        SplittableRandom random = new SplittableRandom(SEED);
        long total = Math.max(500_000L, 6L * n * (n - 1));
        long[] pairs = new long[n * (n - 1)];
        long[] draws = new long[n];
        long picksOfDrawn = 0;
        for (long i = 0; i < total; i++) {
            int picked = ((DrawnBackend) picks.apply(random.nextLong())).number;
            int first = log.drawn[0];
            int second = log.drawn[1];
            picksOfDrawn += picked == first || picked == second ? 1 : 0;
            draws[first]++;
            draws[second]++;
            pairs[first * (n - 1) + (second < first ? second : second - 1)]++;
        }
        assertThat(log.size).isEqualTo(2);
        assertThat(picksOfDrawn).isEqualTo(total);
        ChiSquare.assertUniform("draws from " + n + ", seed " + SEED, draws, 2 * total);
        ChiSquare.assertUniform("pairs from " + n + ", seed " + SEED, pairs, total);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 2", "2, 3", "2, 10", "3, 10", "10, 10", "11, 10", "2, 1000"})
    void the_same_load_and_weight_get_the_same_share(int choices, int n) {
        LongFunction<Backend> picks = picks(choices, n, LeastRequestTest::same);
        ChiSquare.assertUniform("picks, seed " + SEED, countsOf(picks), PICKS);
    }

    @Test
    void the_policy_as_callers_use_it_is_uniform_too() {
        int n = 10;
        LeastRequest policy = LeastRequest.policy();
        backends = DrawnBackend.listOf(n, LeastRequestTest::same, log, policy, now::get);
        Selector selector = policy.create(DrawnBackend.candidates(backends, now::get));
        long[] counts = countsOf(random -> {
            Backend picked = selector.select(Attempt.PLAIN);
            assertThat(picked).isNotNull();
            return picked;
        });
        ChiSquare.assertUniform("picks, not seeded", counts, PICKS);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 100})
    void the_lower_load_wins_of_what_is_drawn(int choices) {
        LongFunction<Backend> picks = picks(choices, 5, LeastRequestTest::same);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            backends.forEach(backend -> backend.inFlight = random.nextInt(4));
            DrawnBackend picked = (DrawnBackend) picks.apply(random.nextLong());
            int least = Arrays.stream(log.drawn, 0, log.size)
                    .map(drawn -> backends.get(drawn).inFlight)
                    .min()
                    .orElseThrow();
            assertThat(picked.inFlight).isEqualTo(least);
            assertThat(Arrays.stream(log.drawn, 0, log.size).distinct()).hasSize(Math.min(choices, 5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void the_load_counts_by_weight(int choices) {
        LongFunction<Backend> picks = picks(choices, 2, i -> i == 0 ? 3 : 1);
        backends.get(0).inFlight = 5;
        backends.get(1).inFlight = 2;
        assertThat(countsOf(picks)).as("5 / 3 against 2 / 1").containsExactly(PICKS, 0);
        backends.get(0).inFlight = 7;
        assertThat(countsOf(picks)).as("7 / 3 against 2 / 1").containsExactly(0, PICKS);
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "2, 6", "3, 0", "3, 6"})
    void a_tie_goes_by_weight(int choices, int load) {
        LongFunction<Backend> picks = picks(choices, 2, i -> i == 0 ? 3 : 1);
        backends.get(0).inFlight = load;
        backends.get(1).inFlight = load / 3;
        ChiSquare.assertFits("a tie of 3 to 1, seed " + SEED, countsOf(picks), new double[] {0.75, 0.25}, PICKS);
    }

    @Test
    void the_exact_least_shares_ties_by_weight_and_leaves_the_others_out() {
        LongFunction<Backend> picks = picks(6, 6, i -> i + 1);
        backends.get(0).inFlight = 1;
        backends.get(3).inFlight = 1;
        backends.get(5).inFlight = 9;
        long[] counts = countsOf(picks);
        assertThat(List.of(counts[0], counts[3], counts[5])).containsOnly(0L);
        long[] tied = {counts[1], counts[2], counts[4]};
        ChiSquare.assertFits("ties of 2, 3, 5", tied, new double[] {0.2, 0.3, 0.5}, PICKS);
    }

    @Test
    void the_largest_loads_and_weights_do_not_overflow() {
        LongFunction<Backend> picks = picks(2, 2, i -> i == 0 ? 1_000_000 : 999_999);
        backends.get(0).inFlight = Integer.MAX_VALUE;
        backends.get(1).inFlight = Integer.MAX_VALUE;
        assertThat(countsOf(picks)).containsExactly(PICKS, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void a_draw_that_may_not_be_used_any_more_loses_to_one_that_may(int choices) {
        LongFunction<Backend> picks = picks(choices, 4, LeastRequestTest::same);
        backends.get(2).eligible = false;
        backends.get(1).inFlight = 1_000;
        long[] counts = countsOf(picks);
        assertThat(counts[2]).isZero();
        assertThat(counts[0]).isPositive();
        backends.forEach(backend -> backend.eligible = backend.number == 1);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 1_000; i++) {
            DrawnBackend picked = (DrawnBackend) picks.apply(random.nextLong());
            boolean drawn = Arrays.stream(log.drawn, 0, log.size).anyMatch(number -> number == 1);
            assertThat(picked.number == 1).isEqualTo(drawn);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void with_none_of_the_draws_eligible_the_load_decides(int choices) {
        LongFunction<Backend> picks = picks(choices, 2, LeastRequestTest::same);
        backends.forEach(backend -> backend.eligible = false);
        backends.get(0).inFlight = 1;
        assertThat(countsOf(picks)).containsExactly(0, PICKS);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void the_only_backend_is_picked_in_any_state(int choices) {
        LongFunction<Backend> picks = picks(choices, 1, LeastRequestTest::same);
        backends.get(0).eligible = false;
        backends.get(0).inFlight = Integer.MAX_VALUE;
        assertThat(picks.apply(0)).isSameAs(backends.get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void a_backend_that_fails_fast_does_not_attract_traffic(int choices) {
        LongFunction<Backend> picks = picks(choices, 2, LeastRequestTest::same);
        backends.get(1).inFlight = 3;
        IntStream.range(0, 4).forEach(i -> fail(backends.get(0), Kind.FAILURE));
        assertThat(countsOf(picks)).as("4 failures against 3 in flight").containsExactly(0, PICKS);
        now.addAndGet(1_000_000_000);
        assertThat(countsOf(picks)).as("a second later").containsExactly(0, PICKS);
        now.addAndGet(250_000_000);
        assertThat(countsOf(picks)).as("when they are past").containsExactly(PICKS, 0);
        fail(backends.get(1), Kind.REJECTED);
        fail(backends.get(1), Kind.UNREACHABLE);
        backends.get(0).inFlight = 4;
        assertThat(countsOf(picks)).as("3 + 2 against 4").containsExactly(PICKS, 0);
    }

    private static void fail(DrawnBackend backend, Kind outcome) {
        backend.told().ended(backend.told().begun(), outcome, false);
    }

    @Test
    void a_candidate_of_which_nothing_is_told_goes_by_what_is_in_flight() {
        List<DrawnBackend> plain = DrawnBackend.listOf(2, LeastRequestTest::same, log, RoundRobin.policy(), now::get);
        plain.get(0).inFlight = 1;
        Selector selector = LeastRequest.policy().create(Candidates.of(plain));
        for (int i = 0; i < 100; i++) {
            assertThat(selector.select(Attempt.PLAIN)).isSameAs(plain.get(1));
        }
    }
}
