package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.select.HashedPool.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a key, in health and otherwise. */
class ConsistentHashTest {
    private static final int KEYS = 20_000;

    private static Attempt key(int number) {
        return Attempt.keyed("user-" + number);
    }

    private static @Nullable Backend[] places(Selector selector) {
        return IntStream.range(0, KEYS).mapToObj(i -> selector.select(key(i))).toArray(Backend[]::new);
    }

    private static Map<Backend, Integer> counts(@Nullable Backend[] places) {
        Map<Backend, Integer> counts = new HashMap<>();
        for (Backend place : places) {
            if (place != null) {
                counts.merge(place, 1, Integer::sum);
            }
        }
        return counts;
    }

    private static int moved(@Nullable Backend[] before, @Nullable Backend[] after, Set<Backend> exempt) {
        int moved = 0;
        for (int i = 0; i < before.length; i++) {
            Backend was = before[i];
            moved += was != null && !exempt.contains(was) && was != after[i] ? 1 : 0;
        }
        return moved;
    }

    @Test
    void a_key_that_was_tried_in_its_place_goes_where_it_goes_while_that_is_down() {
        HashedPool pool = HashedPool.of(10, ConsistentHash.policy());
        Selector all = pool.plan();
        Node home = pool.node(3);
        home.up = false;
        Selector others = pool.plan();
        home.up = true;
        int keys = 0;
        int same = 0;
        for (int i = 0; i < KEYS; i++) {
            if (all.select(key(i)) == home) {
                keys++;
                Backend next = all.select(key(i).excluding(home));
                assertThat(next).isNotSameAs(home);
                assertThat(all.select(key(i).excluding(home))).isSameAs(next);
                same += next == others.select(key(i)) ? 1 : 0;
            }
        }
        assertThat(keys).isGreaterThan(KEYS / 20);
        assertThat(same).as("of %d keys", keys).isEqualTo(keys);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void a_key_goes_round_a_fifth_of_the_backends_alike_whether_they_were_tried_or_are_down(int n) {
        HashedPool pool = HashedPool.of(n, ConsistentHash.policy());
        Selector all = pool.plan();
        List<Node> fifth = pool.nodes.subList(0, n / 5);
        fifth.forEach(node -> node.up = false);
        Selector others = pool.plan();
        fifth.forEach(node -> node.up = true);
        Backend[] tried = fifth.toArray(Backend[]::new);
        for (int i = 0; i < KEYS; i++) {
            assertThat(all.select(key(i).excluding(tried))).as("key %d", i).isSameAs(others.select(key(i)));
        }
    }

    @Test
    void a_key_that_was_tried_everywhere_has_no_place() {
        HashedPool pool = HashedPool.of(3, ConsistentHash.policy());
        Backend[] all = pool.nodes.toArray(Backend[]::new);
        assertThat(pool.plan().select(key(1).excluding(all))).isNull();
        assertThat(pool.plan().select(Attempt.PLAIN.excluding(all))).isNull();
    }

    @Test
    void a_key_has_one_place_whatever_the_order_of_the_members() {
        HashedPool one = HashedPool.of(100, ConsistentHash.policy());
        HashedPool other = HashedPool.of(100, ConsistentHash.policy());
        Collections.shuffle(other.nodes, new Random(7));
        // The order decides few slots of a table, about one in 200.
        assertThat(places(other.plan()))
                .extracting(ConsistentHashTest::url)
                .isEqualTo(Stream.of(places(one.plan()))
                        .map(ConsistentHashTest::url)
                        .toList());
        assertThat(url(HashedPool.of(5, ConsistentHash.policy()).plan().select(Attempt.keyed("a"))))
                .as("the golden place of a")
                .isEqualTo("http://10.0.0.4:8080");
    }

    private static String url(@Nullable Backend backend) {
        return backend == null ? "none" : backend.endpoint().url();
    }

    @Test
    void a_flip_builds_no_table_and_a_change_of_members_or_weights_builds_one() {
        ConsistentHash policy = ConsistentHash.policy();
        HashedPool pool = HashedPool.of(10, policy);
        pool.plan();
        assertThat(policy.builds()).isEqualTo(1);
        for (int i = 0; i < 9; i++) {
            pool.node(i).up = false;
            pool.node(9 - i).ramp = 10;
            pool.plan();
        }
        assertThat(policy.builds()).as("after flips and ramps").isEqualTo(1);
        pool.plan(1);
        assertThat(policy.builds()).as("for another group").isEqualTo(2);
        pool.plan(0);
        pool.plan(1);
        assertThat(policy.builds()).as("for groups in turn").isEqualTo(2);
        pool.node(0).weight = 2;
        pool.plan();
        assertThat(policy.builds()).as("after a change of weight").isEqualTo(3);
        pool.join(new Node("http://10.9.9.9:8080", 1));
        pool.plan();
        assertThat(policy.builds()).as("after a join").isEqualTo(4);
    }

    @Test
    void a_flip_moves_no_key_of_those_that_stay_up() {
        HashedPool pool = HashedPool.of(10, ConsistentHash.policy());
        @Nullable Backend[] before = places(pool.plan());
        pool.node(3).up = false;
        pool.node(7).up = false;
        @Nullable Backend[] after = places(pool.plan());
        assertThat(moved(before, after, Set.of(pool.node(3), pool.node(7)))).isZero();
        assertThat(after).doesNotContain(pool.node(3), pool.node(7));
        pool.node(3).up = true;
        pool.node(7).up = true;
        assertThat(places(pool.plan())).as("all come home").isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"10, 1", "10, 5", "100, 50", "100, 95", "100, 99", "2, 1"})
    void the_keys_of_those_that_are_down_spread_evenly_over_the_rest(int n, int down) {
        HashedPool pool = HashedPool.of(n, ConsistentHash.policy());
        for (int i = 0; i < down; i++) {
            pool.node(i).up = false;
        }
        Map<Backend, Integer> counts = counts(places(pool.plan()));
        double ideal = (double) KEYS / (n - down);
        assertThat(counts).hasSize(n - down);
        assertThat(counts.keySet()).allMatch(Backend::isEligible);
        assertThat(counts.values())
                .allSatisfy(count -> assertThat(Math.abs(count - ideal)).isLessThanOrEqualTo(5 * Math.sqrt(ideal)));
    }

    @Test
    void keys_are_by_weight_also_when_the_table_points_to_hardly_any_that_is_up() {
        HashedPool pool = HashedPool.of(100, ConsistentHash.policy());
        pool.node(0).weight = 3;
        pool.nodes.subList(2, 100).forEach(node -> node.up = false);
        Map<Backend, Integer> counts = counts(places(pool.plan()));
        assertThat(counts.get(pool.node(0))).isBetween(KEYS * 3 / 4 - 310, KEYS * 3 / 4 + 310);
    }

    @Test
    void a_backend_in_slow_start_takes_its_ramp_of_its_keys_and_keeps_them_as_it_grows() {
        HashedPool pool = HashedPool.of(10, ConsistentHash.policy());
        Node fresh = pool.node(4);
        @Nullable Backend[] whole = places(pool.plan());
        int all = counts(whole).getOrDefault(fresh, 0);
        Set<Integer> had = new HashSet<>();
        for (int ramp : new int[] {1, 10, 50, 90}) {
            fresh.ramp = ramp;
            @Nullable Backend[] now = places(pool.plan());
            Set<Integer> home = new HashSet<>();
            for (int i = 0; i < KEYS; i++) {
                if (whole[i] == fresh && now[i] == fresh) {
                    home.add(i);
                }
            }
            double spread = 5 * Math.sqrt(all * ramp / 100.0 * (1 - ramp / 100.0));
            assertThat((double) home.size())
                    .as("of %d keys at %d %%", all, ramp)
                    .isBetween(all * ramp / 100.0 - spread, all * ramp / 100.0 + spread);
            assertThat(home).containsAll(had);
            assertThat(moved(whole, now, Set.of(fresh))).as("keys of others").isZero();
            had = home;
        }
    }

    @Test
    void in_panic_the_plan_is_believed_and_not_the_health() {
        HashedPool pool = HashedPool.of(3, ConsistentHash.policy());
        @Nullable Backend[] before = places(pool.plan());
        pool.nodes.forEach(node -> node.up = false);
        pool.panic = true;
        assertThat(places(pool.plan())).isEqualTo(before);
    }

    @Test
    void attempts_without_a_key_take_turns_among_the_eligible() {
        HashedPool pool = HashedPool.of(5, ConsistentHash.policy());
        pool.node(2).up = false;
        Selector selector = pool.plan();
        List<Backend> round = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            round.add(selector.select(Attempt.PLAIN));
        }
        assertThat(round).containsExactlyInAnyOrder(pool.node(0), pool.node(1), pool.node(3), pool.node(4));
        assertThat(selector.select(Attempt.PLAIN)).isEqualTo(round.get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 97, 99, 100, 65_536, 65_539 * 3, 16_777_259, Integer.MAX_VALUE})
    void a_table_size_that_is_no_prime_or_too_small_or_too_large_is_refused(int size) {
        assertThatThrownBy(() -> ConsistentHash.policy().tableSize(size))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table size must be a prime, and at least 100 and at most 16777216, was " + size);
    }

    @Test
    void a_table_with_less_than_a_hundred_slots_for_each_backend_is_refused() {
        ConsistentHash policy = ConsistentHash.policy().tableSize(1_009);
        assertThatCode(() -> HashedPool.of(10, policy).plan()).doesNotThrowAnyException();
        assertThatThrownBy(() -> HashedPool.of(11, policy).plan())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("table size must be at least 100 times the number of backends, was 1009 for 11");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, 0, -1, Double.NaN, Double.NEGATIVE_INFINITY})
    void a_load_bound_below_one_is_refused(double bound) {
        assertThatThrownBy(() -> ConsistentHash.policy().loadBound(bound))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("load bound must be at least 1, was " + bound);
    }

    @Test
    void its_name_is_that_of_the_field() {
        assertThat(ConsistentHash.policy().name()).isEqualTo("consistent-hash");
    }
}
