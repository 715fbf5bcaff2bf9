package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Selector;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of weighted round robin: every window of every length, over many sets of weights. */
class SmoothRoundTest {
    private static final double BURST = 2.5;

    static Stream<int[]> sets() {
        Random random = new Random(42); // the weights are printed when a set fails
        Stream<int[]> known = Stream.of(
                new int[] {5, 1, 1},
                new int[] {1000, 1},
                new int[] {1000, 999, 1},
                new int[] {4096, 1, 1, 1},
                filled(51, i -> i == 0 ? 1000 : 1),
                filled(21, i -> i == 0 ? 10 : 9),
                filled(40, i -> i < 20 ? 100 : 99),
                filled(10, i -> i == 0 ? 10 : 100),
                filled(20, i -> i < 10 ? 2 : 1),
                filled(1000, i -> 1 + i % 3));
        Stream<int[]> few = IntStream.range(0, 600)
                .mapToObj(i -> random.ints(2 + random.nextInt(5), 1, 9).toArray());
        Stream<int[]> middle =
                IntStream.range(0, 60).mapToObj(i -> random.ints(10, 1, 101).toArray());
        Stream<int[]> many =
                IntStream.range(0, 10).mapToObj(i -> random.ints(100, 1, 21).toArray());
        return Stream.of(known, few, middle, many).flatMap(each -> each).filter(weights -> weights.length > 1);
    }

    private static int[] filled(int count, IntUnaryOperator weight) {
        return IntStream.range(0, count).map(weight).toArray();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void any_whole_round_gives_each_its_weight_and_any_window_its_share(int... given) {
        int[] weights = Weights.of(given).each();
        int sum = Math.toIntExact(Sets.sum(weights));
        int[] picks = Sets.picks(WeightedRoundRobin.startingAt(0).create(Sets.weighted(given)), 2 * sum);
        for (int backend = 0; backend < weights.length; backend++) {
            int[] before = new int[2 * sum + 1];
            for (int i = 0; i < 2 * sum; i++) {
                before[i + 1] = before[i] + (picks[i] == backend ? 1 : 0);
            }
            int weight = weights[backend];
            assertThat(IntStream.rangeClosed(0, sum).filter(from -> before[from + sum] - before[from] != weight))
                    .as("rounds of %s from here with b%d not %d times", Arrays.toString(given), backend, weight)
                    .isEmpty();
            assertThat(worstWindow(before, (double) weights[backend] / sum))
                    .as("b%d of %s", backend, Arrays.toString(given))
                    .isLessThan(BURST);
        }
    }

    /** The largest difference from the share over all windows: the range of what was ahead or behind so far. */
    private static double worstWindow(int[] before, double share) {
        double ahead = 0;
        double behind = 0;
        for (int i = 0; i < before.length; i++) {
            ahead = Math.max(ahead, before[i] - share * i);
            behind = Math.min(behind, before[i] - share * i);
        }
        return ahead - behind;
    }

    @Test
    void nearly_equal_weights_never_make_one_stand_twice_in_a_row() {
        int[] round = SmoothRound.places(Weights.of(filled(21, i -> i == 0 ? 10 : 9)));
        for (int step = 0; step < round.length; step++) {
            assertThat(round[(step + 1) % round.length])
                    .as("after step %d", step)
                    .isNotEqualTo(round[step]);
        }
    }

    @Test
    void weights_are_reduced() {
        assertThat(SmoothRound.places(Weights.of(500, 100, 100))).hasSize(7);
        assertThat(Weights.of(100_000_000, 50_000_000)).satisfies(reduced -> {
            assertThat(reduced.each()).containsExactly(2, 1);
            assertThat(reduced.sum()).isEqualTo(3);
        });
    }

    @Test
    void the_longest_round_is_exact() {
        Selector selector = WeightedRoundRobin.policy().create(Sets.weighted(Rotation.LONGEST_ROUND - 1, 1));
        assertThat(selector).isInstanceOf(Turns.class);
        assertThat(Sets.counts(selector, 2, Rotation.LONGEST_ROUND)).containsExactly(Rotation.LONGEST_ROUND - 1, 1);
        int[] ones = filled(Rotation.LONGEST_ROUND - 1, i -> i == 0 ? 2 : 1);
        assertThat(Sets.counts(WeightedRoundRobin.policy().create(Sets.weighted(ones)), ones.length, 1 << 16))
                .containsExactly(Arrays.stream(ones).asLongStream().toArray());
    }

    @Test
    void a_change_of_weights_goes_on_at_the_same_fraction_of_the_round() {
        WeightedRoundRobin policy = WeightedRoundRobin.startingAt(0);
        Sets.picks(policy.create(Sets.weighted(3, 1)), 2);
        int[] round = SmoothRound.places(Weights.of(5, 2, 1));
        assertThat(Sets.picks(policy.create(Sets.weighted(5, 2, 1)), 4))
                .containsExactly(Arrays.copyOfRange(round, 4, 8));
    }
}
