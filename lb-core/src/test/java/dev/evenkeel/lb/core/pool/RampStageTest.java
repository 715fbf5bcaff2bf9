package dev.evenkeel.lb.core.pool;

import static dev.evenkeel.lb.core.pool.Standings.ramps;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.core.plan.PlanRules;
import dev.evenkeel.lb.core.plan.SlowStart;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RampStageTest {
    private static final long S = 1_000_000_000;
    private static final PlanRules TEN_SECONDS =
            PlanRules.DEFAULT.withSlowStart(SlowStart.over(Duration.ofSeconds(10)));

    private static Standing since(String host, long upSince) {
        return Standings.of(host, Standings.UP, upSince);
    }

    /** The percentage of a newcomer beside one that has been up for more than the window. */
    private static int ramp(PlanRules rules, long now, long upSince) {
        Standing young = since("young", upSince);
        Layout layout = Stages.layout(List.of(since("old", now - Long.MAX_VALUE), young), rules, now);
        return ramps(layout).getOrDefault(young, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5 * S, Long.MAX_VALUE - 5 * S, Long.MIN_VALUE, Long.MAX_VALUE})
    void each_step_of_a_straight_line_comes_at_its_time_and_not_a_nanosecond_sooner(long upSince) {
        assertThat(ramp(TEN_SECONDS, upSince, upSince)).isEqualTo(10);
        for (int tens = 2; tens <= 10; tens++) {
            long at = upSince + tens * S;
            assertThat(ramp(TEN_SECONDS, at - 1, upSince)).as("just before").isEqualTo(tens * 10 - 10);
            assertThat(ramp(TEN_SECONDS, at, upSince)).as("at").isEqualTo(tens * 10);
            assertThat(ramp(TEN_SECONDS, at + 1, upSince)).as("just after").isEqualTo(tens * 10);
        }
        assertThat(ramp(TEN_SECONDS, upSince + 1_000 * S, upSince)).isEqualTo(100);
    }

    @Test
    void one_that_came_up_after_the_clock_was_read_has_the_least_share() {
        assertThat(ramp(TEN_SECONDS, 0, 1)).isEqualTo(10);
        assertThat(ramp(TEN_SECONDS, Long.MAX_VALUE, Long.MIN_VALUE)).isEqualTo(10);
        List<Standing> members = List.of(since("old", -100 * S), since("young", Long.MAX_VALUE));
        assertThat(Stages.layout(members, TEN_SECONDS, 0).nextChangeNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /**
     * By the definition, in whole numbers: (t / w)^(1/a) reaches p/10 when t * 10^a reaches w * p^a. Powers that are no whole
     * number of nanoseconds may be one off. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void the_steps_are_those_of_the_formula_whatever_the_window(int aggression) {
        Random random = new Random(11);
        long unit = (long) Math.pow(10, aggression);
        for (int round = 0; round < 500; round++) {
            boolean exact = round % 2 == 0;
            long window =
                    exact ? unit * (1 + random.nextInt(1_000)) : (long) Math.pow(10, 1 + random.nextDouble() * 12);
            int slack = exact || aggression == 1 ? 0 : 1;
            PlanRules rules = PlanRules.DEFAULT.withSlowStart(new SlowStart(Duration.ofNanos(window), aggression));
            for (int tens = 2; tens <= 10; tens++) {
                BigInteger[] step = BigInteger.valueOf(window)
                        .multiply(BigInteger.valueOf(tens).pow(aggression))
                        .divideAndRemainder(BigInteger.TEN.pow(aggression));
                long at = step[0].longValueExact() + (step[1].signum() == 0 ? 0 : 1);
                String what = "step " + tens + " of " + window + " ns";
                assertThat(ramp(rules, at + slack, 0)).as(what).isGreaterThanOrEqualTo(tens * 10);
                assertThat(ramp(rules, at - 1 - slack, 0)).as("before " + what).isLessThan(tens * 10);
            }
        }
    }

    @Test
    void an_aggression_below_or_above_one_bends_the_line() {
        // t/window = 0.25: squared 0.0625, root 0.5.
        PlanRules slow = PlanRules.DEFAULT.withSlowStart(
                SlowStart.over(Duration.ofSeconds(10)).withAggression(0.5));
        PlanRules fast = PlanRules.DEFAULT.withSlowStart(
                SlowStart.over(Duration.ofSeconds(10)).withAggression(2));
        assertThat(ramp(slow, 2_500_000_000L, 0)).isEqualTo(10);
        assertThat(ramp(slow, 5 * S, 0)).isEqualTo(20);
        assertThat(ramp(fast, 2_500_000_000L, 0)).isEqualTo(50);
        assertThat(ramp(fast, 2_499_999_999L, 0)).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 1e-3, 1e3, 1e300})
    void extreme_aggression_still_ends_at_the_window(double aggression) {
        for (Duration window : List.of(Duration.ofNanos(1), Duration.ofSeconds(10), Duration.ofDays(36_525))) {
            PlanRules rules = PlanRules.DEFAULT.withSlowStart(new SlowStart(window, aggression));
            long nanos = window.toNanos();
            assertThat(ramp(rules, 0, 0)).isEqualTo(10);
            assertThat(ramp(rules, nanos - 1, 0)).isLessThan(100);
            assertThat(ramp(rules, nanos, 0)).isEqualTo(100);
        }
    }

    @Test
    void a_layout_holds_for_exactly_as_long_as_it_says() {
        Random random = new Random(5);
        for (int round = 0; round < 3_000; round++) {
            String what = "seed 5, round " + round;
            long now = random.nextLong();
            List<Standing> members = Standings.random(random, now);
            PlanRules rules = PlanRules.DEFAULT.withSlowStart(
                    new SlowStart(Duration.ofNanos(1 + random.nextInt(2_000_000_000)), 0.3 + random.nextDouble() * 3));
            if (random.nextBoolean()) {
                rules = rules.withZone("z0").withPanicBelow(0.5);
            }
            Layout layout = Stages.layout(members, rules, now);
            long next = layout.nextChangeNanos();
            assertThat(next).as(what).isPositive();
            if (next == Long.MAX_VALUE) {
                for (long later : new long[] {1, S, 10 * S, 1_000_000 * S}) {
                    assertThat(Stages.layout(members, rules, now + later).parts())
                            .as(what)
                            .isEqualTo(layout.parts());
                }
            } else {
                long between = (long) (random.nextDouble() * next);
                assertThat(Stages.layout(members, rules, now + between).parts())
                        .as(what)
                        .isEqualTo(layout.parts());
                assertThat(Stages.layout(members, rules, now + next - 1).parts())
                        .as(what)
                        .isEqualTo(layout.parts());
                assertThat(Stages.layout(members, rules, now + next).parts())
                        .as(what)
                        .isNotEqualTo(layout.parts());
            }
        }
    }

    @Test
    void following_the_promises_leads_through_every_step_to_the_end() {
        List<Standing> members = List.of(since("old", -20 * S), since("young", 0));
        StringBuilder steps = new StringBuilder();
        long now = 0;
        while (true) {
            Layout layout = Stages.layout(members, TEN_SECONDS, now);
            steps.append(now / S)
                    .append(" s ")
                    .append(ramps(layout).get(members.get(1)))
                    .append(" %, ");
            if (layout.nextChangeNanos() == Long.MAX_VALUE) {
                break;
            }
            now += layout.nextChangeNanos();
        }
        assertThat(steps)
                .hasToString("0 s 10 %, 2 s 20 %, 3 s 30 %, 4 s 40 %, 5 s 50 %, 6 s 60 %, 7 s 70 %, 8 s 80 %, "
                        + "9 s 90 %, 10 s 100 %, ");
    }

    @Test
    void while_all_are_new_nobody_is_held_back_until_the_oldest_is_through() {
        List<Standing> members = List.of(since("a", 0), since("b", 4 * S));
        Layout layout = Stages.layout(members, TEN_SECONDS, 5 * S);
        assertThat(ramps(layout).values()).containsOnly(100);
        assertThat(layout.nextChangeNanos()).isEqualTo(5 * S);
        Layout later = Stages.layout(members, TEN_SECONDS, 10 * S);
        assertThat(ramps(later)).containsEntry(members.get(0), 100).containsEntry(members.get(1), 60);
    }

    @Test
    void all_of_one_age_are_never_held_back() {
        Layout layout = Stages.layout(List.of(since("a", 0), since("b", 0)), TEN_SECONDS, S);
        assertThat(ramps(layout).values()).containsOnly(100);
        assertThat(layout.nextChangeNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void those_that_are_down_are_not_the_old_ones() {
        Standing down = Standings.of("down", Standings.DOWN, -100 * S);
        Layout layout = Stages.layout(List.of(down, since("a", 0), since("b", 0)), TEN_SECONDS, S);
        assertThat(ramps(layout).values()).containsOnly(100);
    }

    @Test
    void old_ones_of_another_tier_hold_nobody_back() {
        List<Standing> members = List.of(since("a", 0), Standings.of("b", Standings.DOWN), since("c;tier=1", -100 * S));
        Layout layout = Stages.layout(members, TEN_SECONDS, S);
        assertThat(layout.parts()).hasSize(2);
        assertThat(ramps(layout).values()).containsOnly(100);
    }

    @Test
    void in_panic_nobody_is_held_back() {
        List<Standing> members = List.of(
                since("old", -100 * S),
                since("young", 0),
                Standings.of("x", Standings.DOWN),
                Standings.of("y", Standings.DOWN),
                Standings.of("z", Standings.DOWN));
        Layout layout = Stages.layout(members, TEN_SECONDS.withPanicBelow(0.5), S);
        assertThat(layout.parts()).allMatch(Layout.Part::isPanic);
        assertThat(ramps(layout).values()).hasSize(5).containsOnly(100);
        assertThat(layout.nextChangeNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void without_the_rule_nothing_ever_changes() {
        Layout layout = Stages.layout(List.of(since("a", 0), since("b", -S)), PlanRules.DEFAULT, S);
        assertThat(ramps(layout).values()).containsOnly(100);
        assertThat(layout.nextChangeNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
