package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Candidates.Candidate;
import dev.evenkeel.lb.api.Selector;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares of the alias table: of bits on an even grid, of golden rounds, and of random draws. */
class AliasTableTest {
    private static final long SEED = 20_240_607;

    static Stream<int[]> sets() {
        Random random = new Random(SEED);
        return Stream.of(2, 3, 10, 1000)
                .flatMap(n -> Stream.of(
                        random.ints(n, 1, 10).toArray(),
                        random.ints(n, 1, 1001).toArray(),
                        IntStream.range(0, n).map(i -> i == 0 ? 1000 : 1).toArray(),
                        random.ints(n, 1, 1_000_001).toArray()));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void an_even_grid_gives_each_its_share(int... given) {
        Weights weights = Weights.of(given);
        AliasTable table = AliasTable.of(weights);
        int bits = 20;
        int points = 1 << bits;
        long[] counts = new long[given.length];
        for (long i = 0; i < points; i++) {
            counts[table.place(i << (Long.SIZE - bits))]++;
        }
        // A place holds its own column and what it has of others; each part is off by less than one point of the grid.
        for (int i = 0; i < given.length; i++) {
            double ideal = points * ((double) weights.each()[i] / weights.sum());
            assertThat(Math.abs(counts[i] - ideal))
                    .as("b%d of %s", i, Arrays.toString(given))
                    .isLessThan(Math.max(4, 2.0 * given.length * weights.each()[i] / weights.sum() + 4));
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void random_picks_are_as_likely_as_their_weight(int... given) {
        int picks = 400_000;
        long[] counts = Sets.counts(WeightedRandom.policy().create(Sets.weighted(given)), given.length, picks);
        assertThat(chiSquareInSigmas(counts, given))
                .as("draws of the thread's own generator, whose seed cannot be set; weights from seed %d", SEED)
                .isLessThan(7);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void equal_random_picks_are_equally_likely_alone_and_in_pairs(int... given) {
        int n = Math.min(given.length, 10);
        Selector selector = dev.evenkeel.lb.core.select.Random.policy().create(Sets.equal(n));
        long[] pairs = new long[n * n];
        for (int i = 0; i < 200_000; i++) {
            pairs[Sets.pick(selector) * n + Sets.pick(selector)]++;
        }
        int[] equal = new int[pairs.length];
        Arrays.fill(equal, 1);
        assertThat(chiSquareInSigmas(pairs, equal)).isLessThan(7);
    }

    /** Chi-square over the bins with an ideal of 5 or more, the rest as one bin, in standard deviations from its mean. */
    static double chiSquareInSigmas(long[] counts, int[] weights) {
        double sum = Sets.sum(weights);
        double picks = Arrays.stream(counts).sum();
        double square = 0;
        double restIdeal = 0;
        double rest = 0;
        int bins = 0;
        for (int i = 0; i < counts.length; i++) {
            double ideal = picks * (weights[i] / sum);
            if (ideal < 5) {
                restIdeal += ideal;
                rest += counts[i];
            } else {
                square += (counts[i] - ideal) * (counts[i] - ideal) / ideal;
                bins++;
            }
        }
        if (restIdeal >= 5) {
            square += (rest - restIdeal) * (rest - restIdeal) / restIdeal;
            bins++;
        }
        int freedom = Math.max(1, bins - 1);
        return (square - freedom) / Math.sqrt(2.0 * freedom);
    }

    /** Random picks would be off by about 3 sqrt(picks / n): by 950 with 10 backends. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100, 1000})
    void golden_rounds_stay_within_a_few_picks_of_each_share(int n) {
        int[] given = new Random(SEED + n)
                .ints(n, 5_000, 1_000_001)
                .map(weight -> weight | 1)
                .toArray();
        given[0] = 1_000_000;
        double sum = Sets.sum(given);
        Selector selector = WeightedRoundRobin.startingAt(SEED).create(Sets.weighted(given));
        assertThat(selector).isInstanceOf(GoldenRounds.class);
        long[] counts = new long[n];
        for (int picked = 1; picked <= 1_000_000; picked++) {
            counts[Sets.pick(selector)]++;
            if (picked % 9973 == 0) {
                for (int i = 0; i < n; i++) {
                    assertThat(Math.abs(counts[i] - picked * (given[i] / sum)))
                            .as("b%d after %d picks, weights from seed %d", i, picked, SEED + n)
                            .isLessThan(12);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Integer.MAX_VALUE - 100L, Long.MAX_VALUE - 100})
    void golden_rounds_pass_the_edges_of_the_counter(long start) {
        int[] weights = {1_000_000, 300_001, 77_777};
        long[] counts = Sets.counts(WeightedRoundRobin.startingAt(start).create(Sets.weighted(weights)), 3, 1_377_778);
        for (int i = 0; i < 3; i++) {
            assertThat(counts[i]).isBetween(weights[i] - 12L, weights[i] + 12L);
        }
    }

    @Test
    void golden_rounds_go_on_where_a_round_has_come_to_and_back() {
        WeightedRoundRobin policy = WeightedRoundRobin.startingAt(0);
        Sets.picks(policy.create(Sets.equal(1000)), 573);
        policy.create(Sets.weighted(1_000_000, 999_999));
        policy.create(Sets.weighted(1_000_000, 999_999, 5));
        assertThat(Sets.pick(policy.create(Sets.equal(1000)))).isEqualTo(573);
    }

    @Test
    void the_smallest_share_of_the_largest_set_is_still_picked() {
        int[] weights =
                IntStream.range(0, 10_000).map(i -> i == 0 ? 1 : 100_000_000).toArray();
        AliasTable table = AliasTable.of(Weights.of(weights));
        long bits = 0; // the first column begins with what is its own
        assertThat(table.place(bits)).isZero();
        assertThat(table.place(1L << 40))
                .as("2^40 of 2^64 is more than 1 of 10^12")
                .isNotZero();
    }

    @Test
    void the_largest_weights_do_not_overflow() {
        Candidate[] largest = IntStream.range(0, 10_000)
                .mapToObj(i -> Sets.candidate(i, 1_000_000 - i % 7, 93 + i % 8))
                .toArray(Candidate[]::new);
        double sum =
                Arrays.stream(largest).mapToLong(Candidate::effectiveWeight).sum();
        assertThat(Weights.of(Sets.of(largest)).sum()).isEqualTo((long) sum).isGreaterThan(900_000_000_000L);
        int picks = 1_000_000;
        long[] counts = Sets.counts(WeightedRoundRobin.policy().create(Sets.of(largest)), largest.length, picks);
        for (int i = 0; i < counts.length; i++) {
            assertThat(Math.abs(counts[i] - picks * (largest[i].effectiveWeight() / sum)))
                    .as("b%d", i)
                    .isLessThan(12);
        }
    }
}
