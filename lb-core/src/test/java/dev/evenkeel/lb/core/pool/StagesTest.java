package dev.evenkeel.lb.core.pool;

import static dev.evenkeel.lb.core.pool.Standings.hosts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.plan.SlowStart;
import dev.evenkeel.lb.core.plan.Subset;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StagesTest {
    private static PlanRules rules(Random random) {
        PlanRules rules = PlanRules.DEFAULT.withOverprovisioning(1 + random.nextInt(5) * 0.2);
        if (random.nextBoolean()) {
            int size = 1 + random.nextInt(12);
            rules = rules.withSubset(
                    random.nextBoolean()
                            ? Subset.of(size, "c" + random.nextInt(50))
                            : Subset.even(size, random.nextInt(50), 50));
        }
        if (random.nextBoolean()) {
            rules = rules.withZone("z" + random.nextInt(5));
        }
        if (random.nextBoolean()) {
            rules = rules.withPanicBelow(random.nextInt(11) / 10.0);
        }
        if (random.nextBoolean()) {
            rules = rules.withSlowStart(SlowStart.over(Duration.ofNanos(1 + random.nextInt(2_000_000_000))));
        }
        return rules;
    }

    @Test
    void what_every_layout_has_to_hold_holds_for_random_sets_and_rules() {
        Random random = new Random(42);
        int panics = 0;
        int ramped = 0;
        int empty = 0;
        for (int round = 0; round < 20_000; round++) {
            long now = random.nextLong();
            List<Standing> members = Standings.random(random, now);
            PlanRules rules = rules(random);
            String what = "seed 42, round " + round + ", " + rules;
            Layout layout = Stages.layout(members, rules, now);
            expectFitParts(layout, members, rules, what);
            expectAPartition(layout, members, what);
            assertThat(Stages.layout(List.copyOf(members), rules, now)).as(what).isEqualTo(layout);
            panics += layout.parts().stream().anyMatch(Layout.Part::isPanic) ? 1 : 0;
            ramped += Standings.ramps(layout).values().stream().anyMatch(percent -> percent < 100) ? 1 : 0;
            empty += layout.parts().isEmpty() ? 1 : 0;
        }
        assertThat(List.of(panics, ramped, empty))
                .as("rounds that show something")
                .allMatch(count -> count > 300);
    }

    private static void expectFitParts(Layout layout, List<Standing> members, PlanRules rules, String what) {
        if (members.stream().anyMatch(Standings::isUp)) {
            assertThat(layout.parts()).as(what).isNotEmpty();
        }
        double sum = 0;
        for (Layout.Part part : layout.parts()) {
            sum += part.share();
            assertThat(part.share()).as(what).isPositive();
            assertThat(Standings.eligible(part)).as(what).isNotEmpty();
            for (Layout.Placed placed : part.members()) {
                Standing member = placed.standing();
                boolean usable = part.isPanic() ? !Standings.isDraining(member) : Standings.isUp(member);
                assertThat(placed.eligible()).as(what).isEqualTo(usable);
                assertThat(placed.ramp() % 10).as(what).isZero();
                assertThat(placed.ramp()).as(what).isBetween(10, 100);
                assertThat(member.endpoint().tier()).as(what).isEqualTo(Standings.tier(part));
            }
        }
        if (!layout.parts().isEmpty()) {
            assertThat(sum).as(what).isCloseTo(1, within(1e-9));
        }
        assertThat(layout.parts().stream().map(Layout.Part::group).distinct())
                .as(what)
                .hasSameSizeAs(layout.parts());
        if (rules.panicBelow() == 0) {
            assertThat(layout.parts()).as(what).noneMatch(Layout.Part::isPanic);
        }
    }

    private static void expectAPartition(Layout layout, List<Standing> members, String what) {
        List<Standing> inLanes =
                layout.lanes().stream().flatMap(lane -> lane.members().stream()).toList();
        assertThat(inLanes).as(what).hasSameSizeAs(members);
        assertThat(new HashSet<>(inLanes)).as(what).isEqualTo(new HashSet<>(members));
        assertThat(layout.lanes()).as(what).noneMatch(lane -> lane.members().isEmpty());
    }

    @Test
    void without_rules_there_is_one_group_of_everybody_in_the_old_order() {
        List<Standing> members = Standings.tier(0, 5, 3);
        Layout layout = Standings.layout(members, PlanRules.DEFAULT);
        assertThat(layout.parts()).singleElement().satisfies(part -> {
            assertThat(part.group()).isZero();
            assertThat(part.share()).isEqualTo(1);
            assertThat(part.mask()).isEqualTo(Gate.ALL);
            assertThat(part.members()).extracting(Layout.Placed::standing).isEqualTo(members);
        });
        assertThat(layout.lanes()).containsExactly(new Layout.Lane(Gate.ALL, members));
        assertThat(layout.nextChangeNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void lanes_go_by_tier_then_subset_then_zone() {
        List<Standing> members = List.of(
                Standings.of("a;tier=1;zone=x", Standings.UP),
                Standings.of("b;zone=x", Standings.DRAINING),
                Standings.of("c", Standings.DOWN),
                Standings.of("d;zone=y", Standings.UP),
                Standings.of("e;zone=x", Standings.UP));
        PlanRules inX = PlanRules.DEFAULT.withZone("x");
        assertThat(Standings.layout(members, inX).lanes().stream().map(lane -> hosts(lane.members())))
                .containsExactly(List.of("b", "e"), List.of("c", "d"), List.of("a"));
        for (int client = 0; client < 20; client++) {
            PlanRules rules = PlanRules.DEFAULT.withSubset(Subset.of(1, "c" + client));
            Layout layout = Standings.layout(members, rules);
            List<String> drawn = layout.parts().get(0).members().stream()
                    .map(placed -> Standings.host(placed.standing()))
                    .toList();
            assertThat(hosts(layout.lanes().get(0).members())).isEqualTo(drawn);
            assertThat(hosts(layout.lanes().get(1).members()))
                    .as("the next tier comes before whom this client did not draw")
                    .containsExactly("a");
        }
    }

    @Test
    void an_empty_pool_has_neither_parts_nor_lanes() {
        Layout layout =
                Standings.layout(List.of(), PlanRules.DEFAULT.withZone("x").withPanicBelow(1));
        assertThat(layout.parts()).isEmpty();
        assertThat(layout.lanes()).isEmpty();
        assertThat(layout.nextChangeNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
