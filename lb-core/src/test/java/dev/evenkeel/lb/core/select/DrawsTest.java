package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrawsTest {
    private static final long SEED = 20_261_123;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 1_000})
    void every_ordered_pair_is_equally_likely(int n) {
        SplittableRandom random = new SplittableRandom(SEED + n);
        long total = Math.max(1_000_000L, 8L * n * (n - 1));
        long[] pairs = new long[n * (n - 1)];
        long[] firsts = new long[n];
        long[] seconds = new long[n];
        for (long i = 0; i < total; i++) {
            long bits = random.nextLong();
            int first = Draws.first(bits, n);
            int second = Draws.second(bits, n, first);
            firsts[first]++;
            seconds[second]++;
            pairs[first * (n - 1) + (second < first ? second : second - 1)]++;
        }
        String seed = " of " + n + ", seed " + (SEED + n);
        ChiSquare.assertUniform("first draws" + seed, firsts, total);
        ChiSquare.assertUniform("second draws" + seed, seconds, total);
        ChiSquare.assertUniform("pairs" + seed, pairs, total);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0xFFFF_FFFFL, 0xFFFF_FFFF_0000_0000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void the_edges_of_the_random_number_stay_in_the_range_and_differ(long bits) {
        for (int n : new int[] {2, 3, 10, 1_000, 1 << 30, Integer.MAX_VALUE}) {
            int first = Draws.first(bits, n);
            int second = Draws.second(bits, n, first);
            assertThat(first).isBetween(0, n - 1);
            assertThat(second).isBetween(0, n - 1).isNotEqualTo(first);
            assertThat(Draws.below(bits, (long) n * n)).isBetween(0L, (long) n * n - 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 3", "3, 4", "3, 10", "5, 8", "7, 8", "8, 9"})
    void every_set_of_several_is_equally_likely(int d, int n) {
        SplittableRandom random = new SplittableRandom(SEED + d * 100L + n);
        int total = 400_000;
        Map<Integer, Long> sets = new HashMap<>();
        for (int i = 0; i < total; i++) {
            long seed = random.nextLong();
            int set = 0;
            for (int k = 0; k < d; k++) {
                set |= 1 << Draws.ofSeveral(seed, k, d, n);
            }
            assertThat(Integer.bitCount(set))
                    .as("different draws with seed %d", seed)
                    .isEqualTo(d);
            sets.merge(set, 1L, Long::sum);
        }
        assertThat(sets).hasSize(choose(n, d));
        long[] counts = sets.values().stream().mapToLong(count -> count).toArray();
        ChiSquare.assertUniform("sets of " + d + " of " + n + ", seed " + (SEED + d * 100L + n), counts, total);
    }

    @Test
    void ninety_nine_of_a_hundred_are_all_different() {
        boolean[] drawn = new boolean[100];
        for (int k = 0; k < 99; k++) {
            int draw = Draws.ofSeveral(SEED, k, 99, 100);
            assertThat(drawn[draw])
                    .as("draw %d, %d, again with seed %d", k, draw, SEED)
                    .isFalse();
            drawn[draw] = true;
        }
    }

    @Test
    void draws_below_a_large_bound_are_uniform() {
        SplittableRandom random = new SplittableRandom(SEED);
        long bound = 1_000_000_000_000L;
        long[] tenths = new long[10];
        for (int i = 0; i < 1_000_000; i++) {
            tenths[(int) (Draws.below(random.nextLong(), bound) / (bound / 10))]++;
        }
        ChiSquare.assertUniform("tenths of 10^12, seed " + SEED, tenths, 1_000_000);
    }

    private static int choose(int n, int d) {
        int sets = 1;
        for (int k = 1; k <= d; k++) {
            sets = sets * (n - d + k) / k;
        }
        return sets;
    }
}
