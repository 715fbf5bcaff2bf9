package dev.evenkeel.lb.core.pool;

import static dev.evenkeel.lb.core.pool.Standings.byZone;
import static dev.evenkeel.lb.core.pool.Standings.layout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.lb.core.plan.PlanRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ZoneStageTest {
    private static final PlanRules IN_A = PlanRules.DEFAULT.withZone("a");

    private static List<Standing> zones(String... members) {
        List<Standing> standings = new ArrayList<>();
        for (String member : members) {
            String[] parts = member.split(" ", -1);
            String zone = parts[0].equals("none") ? "" : ";zone=" + parts[0];
            standings.add(Standings.of(
                    "m" + standings.size() + zone + ";weight=" + parts[1],
                    parts.length > 2 ? Standings.DOWN : Standings.UP));
        }
        return standings;
    }

    @Test
    void all_stays_in_the_local_zone_while_it_can_carry_it() {
        assertThat(byZone(layout(zones("a 1", "a 1", "b 1", "b 1"), IN_A))).containsExactly(Map.entry("a", 1.0));
        assertThat(byZone(layout(zones("a 5", "b 1", "c 1"), IN_A))).containsExactly(Map.entry("a", 1.0));
    }

    @Test
    void only_what_the_local_zone_lacks_spills_over_to_those_with_something_to_spare() {
        // Of 12, a has 2, so it carries 2 / 12 * 3 = 1/2; b with 6 has 1/2 to spare and c with 4 nothing.
        Map<String, Double> shares = byZone(layout(zones("a 2", "b 6", "c 4"), IN_A));
        assertThat(shares).containsOnlyKeys("a", "b");
        assertThat(shares.get("a")).isCloseTo(0.5, within(1e-12));
        assertThat(shares.get("b")).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void with_nobody_at_home_all_spills_over_in_proportion() {
        // Two zones have members, and the local one is the third: 3/4 * 3 and 1/4 * 3, so 5/4 to spare beside nothing.
        Map<String, Double> shares = byZone(layout(zones("b 3", "c 1"), IN_A));
        assertThat(shares).containsExactly(Map.entry("b", 1.0));
        shares = byZone(layout(zones("b 5", "c 3", "a 1 down"), IN_A));
        assertThat(shares.get("b")).isCloseTo(0.875, within(1e-12));
        assertThat(shares.get("c")).isCloseTo(0.125, within(1e-12));
    }

    @Test
    void those_without_a_zone_are_a_zone_of_their_own() {
        Map<String, Double> shares = byZone(layout(zones("a 1", "none 3"), IN_A));
        assertThat(shares.get("a")).isCloseTo(0.5, within(1e-12));
        assertThat(shares.get("none")).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void a_zone_of_which_all_drain_is_no_zone() {
        List<Standing> members = new ArrayList<>(zones("a 1", "b 3"));
        members.add(Standings.of("gone;zone=c", Standings.DRAINING));
        // 1 / 4 * 2, and not * 3.
        assertThat(byZone(layout(members, IN_A)).get("a")).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void equal_zones_keep_to_themselves_whatever_their_number() {
        for (int zones = 1; zones <= 100; zones++) {
            List<Standing> members = new ArrayList<>();
            for (int z = 0; z < zones; z++) {
                members.add(Standings.of("m" + z + ";weight=7;zone=z" + z, Standings.UP));
            }
            Layout layout = layout(members, PlanRules.DEFAULT.withZone("z0"));
            assertThat(byZone(layout)).as("%d zones", zones).containsExactly(Map.entry("z0", 1.0));
        }
    }

    @Test
    void every_pattern_of_three_zones_by_two_gives_each_backend_the_load_of_its_weight() {
        int[] states = {Standings.UP, Standings.DOWN, Standings.DRAINING};
        for (int code = 0; code < 729; code++) {
            List<Standing> members = new ArrayList<>();
            for (int i = 0, rest = code; i < 6; i++, rest /= 3) {
                String labels = ";zone=z" + i / 2 + ";weight=" + (1 + i * i % 4);
                members.add(Standings.of("m" + i + labels, states[rest % 3]));
            }
            Set<String> zones = new HashSet<>();
            members.stream()
                    .filter(member -> !Standings.isDraining(member))
                    .forEach(member -> zones.add(Standings.zone(member)));
            if (members.stream().noneMatch(Standings::isUp) || zones.size() < 3) {
                continue; // the clients of a zone without members count only for themselves
            }
            expectWeights(members, zones, "code " + code);
        }
    }

    /** What the rule is for, and no formula: with a client in each zone, everyone's load is by weight. */
    private static void expectWeights(List<Standing> members, Set<String> zones, String what) {
        double total = members.stream()
                .filter(Standings::isUp)
                .mapToInt(member -> member.endpoint().weight())
                .sum();
        Map<String, Double> loads = new HashMap<>();
        for (String zone : zones) {
            Map<String, Double> shares = byZone(layout(members, PlanRules.DEFAULT.withZone(zone)));
            shares.forEach((where, share) -> loads.merge(where, share / zones.size(), Double::sum));
            double own = weight(members, zone) / total;
            assertThat(shares.getOrDefault(zone, 0.0))
                    .as("%s: as much as can stays in %s", what, zone)
                    .isCloseTo(Math.min(1, own * zones.size()), within(1e-12));
        }
        for (String zone : zones) {
            assertThat(loads.getOrDefault(zone, 0.0))
                    .as("%s: load of %s", what, zone)
                    .isCloseTo(weight(members, zone) / total, within(1e-12));
        }
    }

    private static double weight(List<Standing> members, String zone) {
        return members.stream()
                .filter(member ->
                        Standings.isUp(member) && Standings.zone(member).equals(zone))
                .mapToInt(member -> member.endpoint().weight())
                .sum();
    }

    @Test
    void in_panic_zones_count_by_all_that_do_not_drain() {
        List<Standing> members =
                new ArrayList<>(zones("a 1 down", "a 1 down", "b 1", "b 1 down", "b 1 down", "b 1 down"));
        members.add(Standings.of("gone;zone=b;weight=9", Standings.DRAINING));
        Layout layout = layout(members, IN_A.withPanicBelow(0.5));
        assertThat(layout.parts()).allMatch(Layout.Part::isPanic);
        // Of 6, a has 2: 2 / 6 * 2 = 2/3.
        assertThat(byZone(layout).get("a")).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(Standings.eligible(layout)).hasSize(6);
    }

    @Test
    void each_tier_and_zone_keeps_its_number_whatever_becomes_of_the_others() {
        List<Standing> members = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            for (String zone : List.of("Aa", "BB", "c")) {
                members.add(Standings.of("m" + members.size() + ";tier=" + t + ";zone=" + zone, Standings.UP));
            }
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (int code = 1; code < 512; code++) {
            List<Standing> some = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                some.add(Standings.gates(members.get(i), (code >> i & 1) == 1 ? Standings.UP : Standings.DOWN));
            }
            for (Layout.Part part :
                    layout(some, PlanRules.DEFAULT.withZone("c")).parts()) {
                String name = Standings.tier(part)
                        + Standings.zone(part.members().get(0).standing());
                assertThat(part.group()).isNotNegative().isEqualTo(numbers.computeIfAbsent(name, key -> part.group()));
            }
        }
        assertThat(numbers).hasSize(9);
        assertThat(new HashSet<>(numbers.values())).hasSize(9);
    }

    @Test
    void without_a_zone_to_stay_in_the_number_is_the_tier() {
        List<Standing> members = Standings.both(Standings.tier(0, 2, 1), Standings.tier(7, 2, 1));
        assertThat(layout(members, PlanRules.DEFAULT).parts())
                .extracting(Layout.Part::group)
                .containsExactly(0, 7);
    }
}
