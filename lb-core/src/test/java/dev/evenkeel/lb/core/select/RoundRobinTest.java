package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Selector;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Round robin over equal weights, and what it carries from one set to the next. */
class RoundRobinTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 1000})
    void any_n_picks_in_a_row_give_each_of_n_backends_one(int n) {
        Selector selector = RoundRobin.policy().create(Sets.equal(n));
        int[] picks = Sets.picks(selector, 3 * n);
        for (int from = 0; from <= 2 * n; from++) {
            assertThat(Arrays.stream(picks, from, from + n).distinct()).hasSize(n);
        }
    }

    @Test
    void equal_weights_of_any_size_make_no_longer_round() {
        Selector selector = RoundRobin.startingAt(0).create(Sets.weighted(700, 700, 700));
        assertThat(Sets.picks(selector, 6)).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void weighted_round_robin_with_equal_weights_is_round_robin() {
        int[] weights = IntStream.generate(() -> 13).limit(10).toArray();
        assertThat(Sets.picks(WeightedRoundRobin.startingAt(77).create(Sets.weighted(weights)), 100))
                .isEqualTo(Sets.picks(RoundRobin.startingAt(77).create(Sets.equal(10)), 100));
    }

    @Test
    void round_robin_with_unequal_weights_is_weighted_round_robin() {
        int[] weights = {5, 1, 1};
        assertThat(Sets.picks(RoundRobin.startingAt(77).create(Sets.weighted(weights)), 100))
                .isEqualTo(Sets.picks(WeightedRoundRobin.startingAt(77).create(Sets.weighted(weights)), 100));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                Integer.MAX_VALUE - 20L,
                Integer.MAX_VALUE,
                (1L << 32) - 20,
                Long.MAX_VALUE - 20,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -20
            })
    void at_the_edges_of_the_counter_counts_differ_by_two_at_most(long start) {
        for (int n = 1; n <= 12; n++) {
            long[] counts = Sets.counts(RoundRobin.startingAt(start).create(Sets.equal(n)), n, 40 * n);
            assertThat(Arrays.stream(counts).max().orElseThrow()
                            - Arrays.stream(counts).min().orElseThrow())
                    .as("%s from %d", Arrays.toString(counts), start)
                    .isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5, Long.MAX_VALUE - 2, -3})
    void a_larger_set_goes_on_at_the_same_fraction_of_the_round(long start) {
        RoundRobin policy = RoundRobin.startingAt(start);
        Selector half = policy.create(Sets.equal(10));
        while (Sets.pick(half) != 4) {}
        assertThat(Sets.picks(policy.create(Sets.equal(100)), 3)).containsExactly(50, 51, 52);
    }

    @Test
    void a_smaller_set_goes_on_at_the_same_fraction_of_the_round() {
        RoundRobin policy = RoundRobin.startingAt(0);
        Sets.picks(policy.create(Sets.equal(100)), 75);
        assertThat(Sets.picks(policy.create(Sets.equal(4)), 2)).containsExactly(3, 0);
    }

    @Test
    void the_same_set_again_changes_nothing() {
        RoundRobin policy = RoundRobin.policy();
        int first = Sets.pick(policy.create(Sets.equal(7)));
        for (int i = 1; i < 1000; i++) {
            assertThat(Sets.pick(policy.create(Sets.equal(7)))).isEqualTo((first + i) % 7);
        }
    }

    @Test
    void a_moment_with_one_backend_does_not_send_all_clients_to_the_first() {
        Set<Integer> next = new HashSet<>();
        for (int client = 0; client < 100; client++) {
            RoundRobin policy = RoundRobin.startingAt(client);
            policy.create(Sets.equal(100));
            Sets.picks(policy.create(Sets.equal(1)), 3);
            next.add(Sets.pick(policy.create(Sets.equal(100))));
        }
        assertThat(next).as("100 clients that stood at 100 places").hasSize(100);
    }

    @Test
    void rebuilds_without_picks_do_not_drift() {
        RoundRobin policy = RoundRobin.startingAt(0);
        Sets.picks(policy.create(Sets.equal(1000)), 573);
        for (int i = 0; i < 10_000; i++) {
            policy.create(Sets.equal(1 + i * 37 % 1000));
        }
        assertThat(Sets.pick(policy.create(Sets.equal(1000)))).isEqualTo(573);
    }

    @Test
    void a_rebuild_after_every_pick_keeps_the_shares() {
        RoundRobin policy = RoundRobin.startingAt(0);
        long[] counts = new long[4];
        for (int i = 0; i < 40_000; i++) {
            counts[Sets.pick(policy.create(Sets.equal(3 + i % 2)))]++;
        }
        // 20,000 picks of a round of 3 and as many of a round of 4, each round cut evenly.
        assertThat(counts[3]).isBetween(4_000L, 6_000L);
        for (int i = 0; i < 3; i++) {
            assertThat(counts[i]).as(Arrays.toString(counts)).isBetween(10_500L, 12_800L);
        }
    }

    @Test
    void each_group_has_a_round_of_its_own() {
        RoundRobin policy = RoundRobin.startingAt(0);
        Selector first = policy.create(Sets.inGroup(0, 1, 1, 1));
        Selector second = policy.create(Sets.inGroup(1, 1, 1, 1));
        assertThat(Sets.picks(first, 2)).containsExactly(0, 1);
        assertThat(Sets.picks(second, 3)).containsExactly(0, 1, 2);
        assertThat(Sets.picks(policy.create(Sets.inGroup(0, 1, 1, 1)), 2)).containsExactly(2, 0);
    }

    @Test
    void slow_start_counts_as_weight() {
        Selector selector = RoundRobin.startingAt(0)
                .create(Sets.of(Sets.candidate(0, 1, 100), Sets.candidate(1, 1, 10), Sets.candidate(2, 1, 100)));
        assertThat(Sets.counts(selector, 3, 21)).containsExactly(10, 1, 10);
    }

    @Test
    void the_names_are_those_of_the_field() {
        assertThat(RoundRobin.policy().name()).isEqualTo("round-robin");
        assertThat(WeightedRoundRobin.policy().name()).isEqualTo("weighted-round-robin");
        assertThat(Random.policy().name()).isEqualTo("random");
        assertThat(WeightedRandom.policy().name()).isEqualTo("weighted-random");
    }
}
