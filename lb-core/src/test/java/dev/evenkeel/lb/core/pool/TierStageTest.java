package dev.evenkeel.lb.core.pool;

import static dev.evenkeel.lb.core.pool.Standings.both;
import static dev.evenkeel.lb.core.pool.Standings.byTier;
import static dev.evenkeel.lb.core.pool.Standings.hosts;
import static dev.evenkeel.lb.core.pool.Standings.layout;
import static dev.evenkeel.lb.core.pool.Standings.tier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.lb.core.plan.PlanRules;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierStageTest {
    private static final PlanRules RULES = PlanRules.DEFAULT;

    /** The examples of Envoy's page on priority levels, in percent of 100 members; there rounded to whole percents. */
    @ParameterizedTest
    @CsvSource({
        "100, 100, 100, 100,   0,  0",
        " 72, 100, 100, 100,   0,  0",
        " 71, 100, 100,  99.4, 0.6, 0",
        " 50, 100, 100,  70,  30,  0",
        " 25, 100, 100,  35,  65,  0",
        "  0, 100, 100,   0, 100,  0",
        " 72,  72, 100, 100,   0,  0",
        " 71,  71, 100,  99.4, 0.6, 0",
        " 50,  50, 100,  70,  30,  0",
        " 25,  25, 100,  35,  35, 30",
        " 25,  25,  20,  35.714, 35.714, 28.571",
        "  0,   0,   1,   0,   0, 100",
    })
    void traffic_fails_over_as_in_the_tables_of_envoy(int up0, int up1, int up2, double p0, double p1, double p2) {
        Layout layout = layout(both(both(tier(0, 100, up0), tier(1, 100, up1)), tier(2, 100, up2)), RULES);
        double[] expected = {p0, p1, p2};
        for (int i = 0; i < 3; i++) {
            assertThat(byTier(layout).getOrDefault(i, 0.0)).isCloseTo(expected[i] / 100, within(1e-5));
        }
        assertThat(layout.parts()).hasSize((int)
                DoubleStream.of(expected).filter(share -> share > 0).count());
    }

    /** The examples of Envoy's page on the panic threshold. */
    @ParameterizedTest
    @CsvSource({
        "72, 72, 100,    0,     false, false",
        "71, 71,  99.4,  0.6,   false, false",
        "50, 60,  70,   30,     false, false",
        "25, 100, 35,   65,     false, false",
        "25, 25,  50,   50,     true,  true",
        " 5, 65,   7.1429, 92.8571, true, false",
        " 0,  0,  50,   50,     true,  true",
    })
    void tiers_panic_as_in_the_tables_of_envoy(
            int up0, int up1, double share0, double share1, boolean panic0, boolean panic1) {
        Layout layout = layout(both(tier(0, 100, up0), tier(1, 100, up1)), RULES.withPanicBelow(0.5));
        assertThat(byTier(layout).getOrDefault(0, 0.0)).isCloseTo(share0 / 100, within(1e-5));
        assertThat(byTier(layout).getOrDefault(1, 0.0)).isCloseTo(share1 / 100, within(1e-5));
        for (Layout.Part part : layout.parts()) {
            assertThat(part.isPanic()).isEqualTo(Standings.tier(part) == 0 ? panic0 : panic1);
            assertThat(Standings.eligible(part)).hasSize(part.isPanic() ? 100 : Standings.tier(part) == 0 ? up0 : up1);
        }
    }

    @Test
    void every_pattern_of_two_tiers_by_three_is_as_by_brute_force() {
        int[] states = {Standings.UP, Standings.DOWN, Standings.DRAINING};
        for (double threshold : new double[] {0, 0.5, 1}) {
            for (int code = 0; code < 729; code++) {
                List<Standing> members = new ArrayList<>();
                for (int i = 0, rest = code; i < 6; i++, rest /= 3) {
                    members.add(Standings.of("m" + i + ";tier=" + i / 3 + ";weight=" + (i % 3 + 1), states[rest % 3]));
                }
                expectBruteForce(members, RULES.withPanicBelow(threshold), "code " + code + " below " + threshold);
            }
        }
    }

    /** Decides by counting hundred-thousandths one by one, with decimal fractions in the place of doubles. */
    private static void expectBruteForce(List<Standing> members, PlanRules rules, String what) {
        BigDecimal[] health = new BigDecimal[2];
        boolean[] below = new boolean[2];
        double[] weightOfAll = new double[2];
        List<List<String>> up = new ArrayList<>();
        List<List<String>> present = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            int tier = t;
            List<Standing> here = members.stream()
                    .filter(member -> member.endpoint().tier() == tier && !Standings.isDraining(member))
                    .toList();
            List<Standing> usable = here.stream().filter(Standings::isUp).toList();
            weightOfAll[t] = weight(here);
            health[t] = here.isEmpty()
                    ? BigDecimal.ZERO
                    : BigDecimal.valueOf(weight(usable))
                            .multiply(BigDecimal.valueOf(rules.overprovisioning()))
                            .divide(BigDecimal.valueOf(weight(here)), MathContext.DECIMAL128)
                            .min(BigDecimal.ONE);
            below[t] = !here.isEmpty() && usable.size() < rules.panicBelow() * here.size();
            up.add(hosts(usable));
            present.add(hosts(here));
        }
        BigDecimal total = health[0].add(health[1]).min(BigDecimal.ONE);
        boolean isShort = total.compareTo(BigDecimal.ONE) < 0;
        boolean[] panic = {isShort && below[0], isShort && below[1]};
        double[] shares = new double[2];
        if ((panic[0] || up.get(0).isEmpty()) && (panic[1] || up.get(1).isEmpty()) && (panic[0] || panic[1])) {
            double sum = (panic[0] ? weightOfAll[0] : 0) + (panic[1] ? weightOfAll[1] : 0);
            shares[0] = panic[0] ? weightOfAll[0] / sum : 0;
            shares[1] = 1 - shares[0];
        } else if (total.signum() > 0) {
            shares[0] = Math.min(1, health[0].doubleValue() / total.doubleValue());
            shares[1] = Math.min(1 - shares[0], health[1].doubleValue() / total.doubleValue());
        }
        Layout layout = layout(members, rules);
        for (int t = 0; t < 2; t++) {
            int tier = t;
            assertThat(byTier(layout).getOrDefault(t, 0.0)).as(what).isCloseTo(shares[t], within(1e-9));
            List<String> expected = shares[t] < 1e-9 ? List.of() : panic[t] ? present.get(t) : up.get(t);
            List<String> actual = layout.parts().stream()
                    .filter(part -> Standings.tier(part) == tier)
                    .flatMap(part -> hosts(Standings.eligible(part)).stream())
                    .toList();
            assertThat(actual).as(what).isEqualTo(expected);
        }
    }

    private static long weight(List<Standing> members) {
        return members.stream().mapToLong(member -> member.endpoint().weight()).sum();
    }

    @Test
    void a_share_exactly_at_the_threshold_is_not_below_it() {
        PlanRules rules = RULES.withOverprovisioning(1);
        for (int up = 1; up < 10; up++) {
            List<Standing> members = tier(0, 10, up);
            assertThat(layout(members, rules.withPanicBelow(up / 10.0))
                            .parts()
                            .get(0)
                            .isPanic())
                    .as("%d of 10", up)
                    .isFalse();
            assertThat(layout(members, rules.withPanicBelow(Math.nextUp(up / 10.0)))
                            .parts()
                            .get(0)
                            .isPanic())
                    .as("%d of 10, a little higher", up)
                    .isTrue();
        }
    }

    @Test
    void nobody_panics_while_all_are_up() {
        Layout layout = layout(tier(0, 3, 3), RULES.withPanicBelow(1));
        assertThat(layout.parts()).hasSize(1).noneMatch(Layout.Part::isPanic);
    }

    @Test
    void tiers_that_just_make_up_one_are_not_short_by_a_rounding() {
        // In floating point, n times 1 / n falls below 1 for 6 tiers and many others.
        for (int tiers = 2; tiers <= 60; tiers++) {
            List<Standing> members = new ArrayList<>();
            for (int t = 0; t < tiers; t++) {
                members.addAll(tier(t, tiers, 1));
            }
            Layout layout = layout(members, RULES.withOverprovisioning(1).withPanicBelow(1));
            assertThat(layout.parts()).as("%d tiers", tiers).hasSize(tiers).noneMatch(Layout.Part::isPanic);
        }
    }

    @Test
    void a_tier_panics_only_once_most_have_their_verdict() {
        List<Standing> members = new ArrayList<>(tier(0, 4, 1));
        members.set(3, Standings.unjudged(members.get(3)));
        members.set(2, Standings.unjudged(members.get(2)));
        Layout half = layout(members, RULES.withPanicBelow(0.6));
        assertThat(half.parts()).hasSize(1).noneMatch(Layout.Part::isPanic);
        assertThat(hosts(Standings.eligible(half))).containsExactly("t0-0");

        members.set(2, tier(0, 4, 1).get(2));
        Layout most = layout(members, RULES.withPanicBelow(0.6));
        assertThat(most.parts()).hasSize(1).allMatch(Layout.Part::isPanic);
    }

    @Test
    void who_has_no_verdict_counts_neither_as_up_nor_as_down() {
        List<Standing> members = new ArrayList<>(tier(0, 5, 2));
        members.set(0, Standings.unjudged(members.get(0)));
        assertThat(layout(members, RULES.withPanicBelow(0.25)).parts()).noneMatch(Layout.Part::isPanic);
        assertThat(layout(members, RULES.withPanicBelow(0.26)).parts())
                .as("1 of 4")
                .allMatch(Layout.Part::isPanic);
    }

    @Test
    void a_draining_member_needs_no_verdict() {
        List<Standing> members = new ArrayList<>(tier(0, 4, 1));
        members.add(Standings.unjudged(Standings.of("gone", Standings.DRAINING)));
        assertThat(layout(members, RULES.withPanicBelow(0.5)).parts())
                .hasSize(1)
                .allMatch(Layout.Part::isPanic);
    }

    @Test
    void a_tier_that_panics_with_nobody_up_leaves_the_traffic_to_one_that_has_someone() {
        Layout layout = layout(
                both(tier(0, 3, 0), tier(1, 3, 2)), RULES.withPanicBelow(0.5).withOverprovisioning(1));
        assertThat(byTier(layout)).containsOnlyKeys(1);
        assertThat(layout.parts()).noneMatch(Layout.Part::isPanic);
    }

    @Test
    void when_only_an_unjudged_tier_does_not_panic_and_has_nobody_the_others_serve() {
        List<Standing> unjudged =
                tier(0, 3, 0).stream().map(Standings::unjudged).toList();
        Layout layout = layout(both(unjudged, tier(1, 3, 0)), RULES.withPanicBelow(0.5));
        assertThat(byTier(layout)).containsExactly(Map.entry(1, 1.0));
        assertThat(Standings.eligible(layout)).hasSize(3);
    }

    @Test
    void without_a_threshold_nobody_up_means_nobody() {
        assertThat(layout(tier(0, 3, 0), RULES).parts()).isEmpty();
        assertThat(layout(List.of(), RULES.withPanicBelow(1)).parts()).isEmpty();
    }

    @Test
    void a_closed_balancer_does_not_panic_its_members_back() {
        List<Standing> closed = tier(0, 3, 0).stream()
                .map(member -> Standings.gates(member, Gate.BALANCER.bit()))
                .toList();
        assertThat(layout(closed, RULES.withPanicBelow(1)).parts()).isEmpty();
    }

    @Test
    void sums_of_the_greatest_weights_do_not_overflow() {
        List<Standing> members = IntStream.range(0, 10_000)
                .mapToObj(i -> Standings.of(
                        "m" + i + ";weight=1000000;tier=" + i % 2 + ";zone=z" + i, i < 5_000 ? 0 : Standings.DOWN))
                .toList();
        Layout layout = layout(members, RULES);
        assertThat(byTier(layout).get(0)).isCloseTo(0.7, within(1e-9));
        // 10,000 zones of one member: the local one has twice what it needs, being one of 2,500 that are up of 5,000.
        assertThat(Standings.byZone(layout(members, RULES.withZone("z0"))).get("z0"))
                .isCloseTo(0.7, within(1e-9));
        List<Double> abroad = layout(members, RULES.withZone("nowhere")).parts().stream()
                .map(Layout.Part::share)
                .toList();
        assertThat(abroad).hasSize(5_000).allMatch(share -> share > 0 && share < 1e-3);
        assertThat(abroad.stream().mapToDouble(share -> share).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void an_extreme_overprovisioning_is_no_nan() {
        Layout layout = layout(both(tier(0, 3, 0), tier(1, 3, 1)), RULES.withOverprovisioning(Double.MAX_VALUE));
        assertThat(byTier(layout)).containsExactly(Map.entry(1, 1.0));
    }
}
