package dev.evenkeel.lb.core.pool;

import static dev.evenkeel.lb.core.pool.Standings.eligible;
import static dev.evenkeel.lb.core.pool.Standings.hosts;
import static dev.evenkeel.lb.core.pool.Standings.layout;
import static dev.evenkeel.lb.core.pool.Standings.up;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.plan.Subset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubsetStageTest {
    private static Set<String> drawn(List<Standing> members, Subset subset) {
        return new HashSet<>(hosts(eligible(layout(members, PlanRules.DEFAULT.withSubset(subset)))));
    }

    private static List<Standing> with(List<Standing> members, Set<String> hosts, int gates) {
        return members.stream()
                .map(member -> hosts.contains(Standings.host(member)) ? Standings.gates(member, gates) : member)
                .toList();
    }

    @Test
    void a_client_draws_the_backends_of_the_highest_random_weight() {
        for (int client = 0; client < 50; client++) {
            String id = "client-" + client;
            List<String> expected = up(40).stream()
                    .sorted(Comparator.comparing(
                            member -> Attempt.hash(id + " " + member.endpoint().url())))
                    .limit(7)
                    .map(Standings::host)
                    .toList();
            assertThat(drawn(up(40), Subset.of(7, id))).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void the_order_in_which_backends_are_known_plays_no_part() {
        List<Standing> mixed = new ArrayList<>(up(40));
        Collections.shuffle(mixed, new Random(7));
        for (Subset subset : List.of(Subset.of(7, "c"), Subset.even(7, 3, 10), Subset.even(33, 3, 10))) {
            assertThat(drawn(mixed, subset)).isEqualTo(drawn(up(40), subset));
        }
    }

    @Test
    void removal_of_one_of_100_changes_only_the_subsets_it_was_in_and_those_by_one() {
        List<Standing> all = up(100);
        int changed = 0;
        for (int client = 0; client < 200; client++) {
            Subset subset = Subset.of(10, "client-" + client);
            Set<String> before = drawn(all, subset);
            Set<String> after = drawn(all.subList(1, 100), subset);
            Set<String> kept = new HashSet<>(before);
            kept.retainAll(after);
            boolean had = before.contains("t0-0");
            assertThat(after).hasSize(10);
            assertThat(kept).as("client %d", client).hasSize(had ? 9 : 10);
            changed += had ? 1 : 0;
        }
        // Each client has it with a chance of 1/10: 20 of 200, with a deviation of 4.2.
        assertThat(changed).isBetween(3, 37);
    }

    @Test
    void by_client_id_each_backend_gets_its_clients_within_chance() {
        int[] counts = new int[100];
        for (int client = 0; client < 2_000; client++) {
            for (String host : drawn(up(100), Subset.of(10, "host-" + client + ".example"))) {
                counts[Integer.parseInt(host.substring("t0-".length()))]++;
            }
        }
        // Binomial: 200 with a deviation of 13.4; five of them for a hundred counts.
        assertThat(counts).satisfies(all -> {
            for (int count : all) {
                assertThat(count).isBetween(200 - 67, 200 + 67);
            }
        });
    }

    @Test
    void dealt_subsets_give_each_backend_the_same_number_of_clients_or_one_more() {
        for (int n = 2; n <= 24; n++) {
            for (int size = 1; size < n; size++) {
                int[] counts = new int[n];
                for (int client = 0; client < 30; client++) {
                    Set<String> drawn = drawn(up(n), Subset.even(size, client, 30));
                    assertThat(drawn).hasSize(size);
                    drawn.forEach(host -> counts[Integer.parseInt(host.substring("t0-".length()))]++);
                    int ideal = (client + 1) * size / n;
                    int most = ideal + ((client + 1) * size % n == 0 ? 0 : 1);
                    for (int count : counts) {
                        assertThat(count)
                                .as("%d of %d, %d clients", size, n, client + 1)
                                .isBetween(ideal, most);
                    }
                }
            }
        }
    }

    @Test
    void dealt_subsets_are_even_at_a_client_number_near_the_greatest() {
        int[] counts = new int[7];
        for (int i = 0; i < 70; i++) {
            int client = Integer.MAX_VALUE - 1 - i;
            drawn(up(7), Subset.even(3, client, Integer.MAX_VALUE))
                    .forEach(host -> counts[Integer.parseInt(host.substring("t0-".length()))]++);
        }
        for (int count : counts) {
            assertThat(count).isBetween(29, 31); // the first and the last round are cut
        }
    }

    @Test
    void clients_of_one_round_share_no_backend() {
        for (int round = 0; round < 20; round++) {
            Set<String> seen = new HashSet<>();
            for (int client = 0; client < 5; client++) {
                seen.addAll(drawn(up(20), Subset.even(4, round * 5 + client, 100)));
            }
            assertThat(seen).as("round %d", round).hasSize(20);
        }
    }

    @Test
    void rounds_are_shuffled_one_unlike_the_other() {
        Set<Set<String>> firsts = new HashSet<>();
        for (int round = 0; round < 20; round++) {
            firsts.add(drawn(up(20), Subset.even(4, round * 5, 100)));
        }
        assertThat(firsts).hasSizeGreaterThan(18);
    }

    @Test
    void a_set_no_larger_than_the_subset_is_used_whole() {
        for (int n = 1; n <= 5; n++) {
            assertThat(drawn(up(n), Subset.of(5, "c"))).hasSize(n);
            assertThat(drawn(up(n), Subset.even(5, 9, 10))).hasSize(n);
            assertThat(drawn(up(n), Subset.of(Integer.MAX_VALUE, "c"))).hasSize(n);
        }
    }

    @Test
    void a_subset_grows_past_the_down_ones_and_shrinks_back() {
        for (Subset subset : List.of(Subset.of(4, "c"), Subset.even(4, 1, 10), Subset.even(15, 1, 10))) {
            List<Standing> all = up(20);
            Set<String> before = drawn(all, subset);
            Set<String> dead = Set.of(before.iterator().next());
            List<Standing> less = with(all, dead, Standings.DOWN);
            Layout grown = layout(less, PlanRules.DEFAULT.withSubset(subset));
            List<String> part = hosts(grown.parts().get(0).members().stream()
                    .map(Layout.Placed::standing)
                    .toList());
            assertThat(part).hasSize(subset.size() + 1).containsAll(before);
            assertThat(eligible(grown)).hasSize(subset.size());
            assertThat(drawn(with(less, dead, Standings.UP), subset)).isEqualTo(before);
        }
    }

    @Test
    void the_last_one_up_is_found_by_every_client() {
        for (int client = 0; client < 10; client++) {
            List<Standing> members = with(Standings.tier(0, 12, 0), Set.of("t0-7"), Standings.UP);
            assertThat(drawn(members, Subset.of(2, "c" + client))).containsExactly("t0-7");
            assertThat(drawn(members, Subset.even(2, client, 10))).containsExactly("t0-7");
        }
        assertThat(drawn(Standings.tier(0, 12, 0), Subset.of(2, "c"))).isEmpty();
    }

    @Test
    void each_tier_has_a_subset_and_fails_over_by_the_health_of_all_of_it() {
        // 90 of 100 are up, so the tier is fit, whatever this client drew.
        List<Standing> members = Standings.both(Standings.tier(0, 100, 90), Standings.tier(1, 100, 100));
        for (int client = 0; client < 100; client++) {
            Layout layout = layout(members, PlanRules.DEFAULT.withSubset(Subset.of(3, "c" + client)));
            assertThat(layout.parts()).hasSize(1);
            assertThat(eligible(layout)).hasSize(3);
        }
        List<Standing> half = Standings.both(Standings.tier(0, 100, 50), Standings.tier(1, 100, 100));
        Layout layout = layout(half, PlanRules.DEFAULT.withSubset(Subset.of(3, "c")));
        assertThat(layout.parts())
                .hasSize(2)
                .allSatisfy(part -> assertThat(eligible(part)).hasSize(3));
    }

    @Test
    void a_subset_does_not_grow_in_panic() {
        PlanRules rules = PlanRules.DEFAULT.withSubset(Subset.of(5, "c"));
        Layout layout = layout(Standings.tier(0, 100, 0), rules.withPanicBelow(0.5));
        assertThat(new HashSet<>(hosts(eligible(layout)))).isEqualTo(drawn(up(100), Subset.of(5, "c")));
    }

    @Test
    void one_that_leaves_changes_the_subsets_as_if_it_had_left() {
        List<Standing> all = up(20);
        List<Standing> leaving = with(all, Set.of("t0-0"), Standings.LEAVING);
        for (int client = 0; client < 10; client++) {
            Subset even = Subset.even(4, client, 10);
            assertThat(drawn(leaving, even)).isEqualTo(drawn(all.subList(1, 20), even));
        }
    }

    @Test
    void one_that_drains_keeps_its_place() {
        List<Standing> all = up(20);
        for (int client = 0; client < 10; client++) {
            Subset even = Subset.even(4, client, 10);
            Set<String> before = drawn(all, even);
            Set<String> after = drawn(with(all, Set.of("t0-0"), Standings.DRAINING), even);
            before.remove("t0-0");
            assertThat(after).hasSize(4).containsAll(before).doesNotContain("t0-0");
        }
    }
}
