package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.evenkeel.lb.core.health.Finding.Detector;
import dev.evenkeel.lb.core.outlier.ConsecutiveFailures;
import dev.evenkeel.lb.core.outlier.Detectors;
import dev.evenkeel.lb.core.outlier.FailureRate;
import dev.evenkeel.lb.core.outlier.SuccessRateDeviation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScorersTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Detectors ROWS = new Detectors(WINDOW, ConsecutiveFailures.DEFAULT, null, null);
    private static final Detectors RATES = new Detectors(WINDOW, null, FailureRate.DEFAULT, null);
    private static final Detectors DEVIATIONS = new Detectors(WINDOW, null, null, SuccessRateDeviation.DEFAULT);

    /** Looked at once a day, so that little is luck. */
    private static final Detectors DAILY = DEVIATIONS.withWindow(Duration.ofDays(1));

    private static List<Finding> judge(Detectors rules, Tally... tallies) {
        return judge(rules, List.of(tallies));
    }

    private static List<Finding> judge(Detectors rules, List<Tally> tallies) {
        return Scorers.of(rules).judge(new Look(tallies, tallies, rules.window()));
    }

    private static Tally inARow(int failures) {
        return new Tally(0, 0, failures);
    }

    private static Tally calls(int successes, int failures) {
        return new Tally(successes, failures, 0);
    }

    private static List<Tally> with(Tally outlier, int others, Tally other) {
        List<Tally> tallies = new ArrayList<>(Collections.nCopies(others, other));
        tallies.add(0, outlier);
        return tallies;
    }

    @Test
    void five_failures_in_a_row_make_an_outlier_and_four_do_not() {
        assertThat(judge(ROWS, inARow(4), inARow(5), inARow(0)))
                .containsExactly(new Finding(1, Detector.CONSECUTIVE_FAILURES, "5 failures in a row"));
        assertThat(judge(ROWS.withConsecutiveFailures(new ConsecutiveFailures(1)), inARow(1)))
                .containsExactly(new Finding(0, Detector.CONSECUTIVE_FAILURES, "1 failure"));
    }

    @Test
    void half_of_twenty_calls_make_an_outlier_and_less_or_fewer_do_not() {
        assertThat(judge(RATES, calls(10, 10), calls(11, 10), calls(9, 10), calls(0, 19), calls(15, 25)))
                .containsExactly(
                        new Finding(4, Detector.FAILURE_RATE, "failure rate 63 % of 40 calls in 10 s"),
                        new Finding(0, Detector.FAILURE_RATE, "failure rate 50 % of 20 calls in 10 s"));
        Detectors hasty = RATES.withWindow(Duration.ofMillis(1_500)).withFailureRate(new FailureRate(1, 1));
        assertThat(judge(hasty, calls(0, 1)))
                .containsExactly(new Finding(0, Detector.FAILURE_RATE, "failure rate 100 % of 1 call in 1500 ms"));
    }

    @Test
    void a_share_that_a_double_cannot_hold_is_reached_all_the_same() {
        for (int percent = 1; percent <= 100; percent++) {
            Detectors rules = RATES.withFailureRate(new FailureRate(percent / 100.0, 20));
            assertThat(judge(rules, calls(700 - 7 * percent, 7 * percent)))
                    .as("%d %%", percent)
                    .hasSize(1);
            assertThat(judge(rules, calls(701 - 7 * percent, 7 * percent - 1)))
                    .as("less than %d %%", percent)
                    .isEmpty();
        }
    }

    /** By hand: 100 calls each, 10 and 1 fail, pooled 0.055, standard error 0.032242, z = 0.09 / 0.032242. */
    @ParameterizedTest
    @CsvSource({
        "90,10,99,1,2.79145263,2.99599354",
        "94,6,891,9,3.90236164,3.09334002",
        "41,9,50,0,3.14485451,3.65625710",
        "47,3,200,0,3.48507518,3.13116506",
        "50,0,50,0,0,0",
        "0,50,0,50,0,0",
        "99,1,90,10,-2.79145263,-2.99599354"
    })
    void tells_two_rates_apart_as_computed_by_hand(int s, int f, int otherS, int otherF, double z, double root) {
        TwoRates rates = new TwoRates(s, f, otherS, otherF);
        assertThat(rates.z()).isCloseTo(z, within(1e-7));
        assertThat(rates.rootOfLikelihoodRatio()).isCloseTo(root, within(1e-7));
    }

    @Test
    void among_few_the_others_taken_together_are_the_yardstick() {
        assertThat(judge(DEVIATIONS, calls(990, 10), calls(880, 120), calls(495, 5)))
                .containsExactly(new Finding(
                        1,
                        Detector.SUCCESS_RATE,
                        "success rate 88.0 % of 1000 calls in 10 s beside 99.0 % of the others"));
    }

    @Test
    void among_two_the_worse_is_found_if_z_is_above_3() {
        assertThat(judge(DAILY, calls(42, 8), calls(50, 0))).as("z 2.95").isEmpty();
        assertThat(judge(DAILY, calls(41, 9), calls(50, 0))).as("z 3.14").hasSize(1);
    }

    @Test
    void among_few_three_failures_are_no_proof_although_z_is_above_3() {
        assertThat(new TwoRates(47, 3, 150, 0).z()).isGreaterThan(3);
        assertThat(judge(DAILY, with(calls(47, 3), 3, calls(50, 0)))).isEmpty();
        assertThat(judge(DAILY, with(calls(45, 5), 3, calls(50, 0)))).hasSize(1);
    }

    @Test
    void among_a_thousand_six_of_a_hundred_calls_may_fail_by_chance_and_ten_may_not() {
        assertThat(judge(DAILY, with(calls(94, 6), 999, calls(99, 1)))).isEmpty();
        assertThat(judge(DAILY, with(calls(90, 10), 999, calls(99, 1))))
                .containsExactly(new Finding(
                        0,
                        Detector.SUCCESS_RATE,
                        "success rate 90.0 % of 100 calls in 86400 s beside a mean of 99.0 %"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void among_few_it_takes_five_points(int hosts) {
        assertThat(judge(DEVIATIONS, with(calls(9_401, 599), hosts - 1, calls(9_900, 100))))
                .isEmpty();
        assertThat(judge(DEVIATIONS, with(calls(9_400, 600), hosts - 1, calls(9_900, 100))))
                .hasSize(1);
    }

    @Test
    void among_many_it_takes_five_points_below_the_mean() {
        List<Tally> nearly = with(calls(8_750, 1_249), 5, calls(9_400, 599));
        assertThat(judge(DEVIATIONS, nearly))
                .as("6 to 7 points below the others")
                .hasSize(1);
        // 5 of 6 at 0.99: the mean is (4.95 + x) / 6, and 5 points below it is x = 0.93.
        assertThat(judge(DEVIATIONS, with(calls(9_300, 700), 5, calls(9_900, 100))))
                .containsExactly(new Finding(
                        0,
                        Detector.SUCCESS_RATE,
                        "success rate 93.0 % of 10000 calls in 10 s beside a mean of 98.0 %"));
        assertThat(judge(DEVIATIONS, with(calls(9_301, 699), 5, calls(9_900, 100))))
                .isEmpty();
    }

    @Test
    void among_many_it_takes_deviations() {
        // Rates 0.8, 0.8 and eight of 1: mean 0.96, deviation 0.08, 1.9 of which below it is 0.808.
        List<Tally> two = with(calls(800, 200), 8, calls(1_000, 0));
        two.add(calls(800, 200));
        assertThat(judge(DEVIATIONS, two)).extracting(Finding::index).containsExactly(0, 9);
        two.set(0, calls(815, 185));
        two.set(9, calls(815, 185));
        // Both nearer to the mean, and as many deviations below it: 2.
        assertThat(judge(DEVIATIONS, two)).hasSize(2);
        two.set(1, calls(815, 185));
        // Three of ten are at most 1.53 deviations below.
        assertThat(judge(DEVIATIONS, two)).isEmpty();
    }

    @Test
    void what_one_window_cannot_tell_the_longer_look_does_if_the_backend_still_is_worse() {
        Tally others = calls(50, 0);
        assertThat(judge(DEVIATIONS, calls(45, 5), others)).isEmpty();
        List<Tally> longer = List.of(calls(270, 30), calls(300, 0));
        Duration minute = Duration.ofMinutes(1);
        assertThat(Scorers.of(DEVIATIONS).judge(new Look(List.of(calls(45, 5), others), longer, minute)))
                .containsExactly(new Finding(
                        0,
                        Detector.SUCCESS_RATE,
                        "success rate 90.0 % of 300 calls in 60 s beside 100.0 % of the others"));
        assertThat(Scorers.of(DEVIATIONS).judge(new Look(List.of(calls(48, 2), others), longer, minute)))
                .as("4 points in the window")
                .isEmpty();
        assertThat(Scorers.of(DEVIATIONS).judge(new Look(List.of(calls(44, 5), others), longer, minute)))
                .as("49 calls in the window")
                .isEmpty();
    }

    @Test
    void what_one_window_tells_a_long_good_past_does_not_hide() {
        List<Tally> longer = List.of(calls(1_170, 30), calls(1_200, 10));
        assertThat(new TwoRates(1_170, 30, 1_200, 10).rootOfLikelihoodRatio()).isLessThan(5.34);
        assertThat(Scorers.of(DEVIATIONS)
                        .judge(new Look(List.of(calls(170, 30), calls(200, 0)), longer, Duration.ofMinutes(1))))
                .hasSize(1);
    }

    @Test
    void who_was_better_than_the_others_in_the_longer_look_is_not_proven_worse_by_it() {
        List<Tally> window = with(calls(93, 7), 5, calls(99, 1));
        assertThat(judge(DEVIATIONS, window)).as("one window proves nothing").isEmpty();
        Duration minute = Duration.ofMinutes(1);
        List<Tally> better = with(calls(593, 7), 5, calls(540, 60));
        assertThat(Scorers.of(DEVIATIONS).judge(new Look(window, better, minute)))
                .isEmpty();
        List<Tally> worse = with(calls(540, 60), 5, calls(593, 7));
        assertThat(Scorers.of(DEVIATIONS).judge(new Look(window, worse, minute)))
                .extracting(Finding::index)
                .containsExactly(0);
    }

    @Test
    void a_busy_outlier_hides_no_other_one_among_many() {
        List<Tally> pool = with(calls(880, 120), 18, calls(990, 10));
        pool.add(calls(800_000, 200_000));
        assertThat(judge(DEVIATIONS, pool))
                .containsExactly(
                        new Finding(
                                19,
                                Detector.SUCCESS_RATE,
                                "success rate 80.0 % of 1000000 calls in 10 s beside a mean of 97.5 %"),
                        new Finding(
                                0,
                                Detector.SUCCESS_RATE,
                                "success rate 88.0 % of 1000 calls in 10 s beside a mean of 98.4 %"));
    }

    @Test
    void a_busy_outlier_hides_no_other_one_among_few_and_the_worst_comes_first() {
        assertThat(judge(DEVIATIONS, calls(990, 10), calls(850, 150), calls(860_000, 140_000)))
                .containsExactly(
                        new Finding(
                                1,
                                Detector.SUCCESS_RATE,
                                "success rate 85.0 % of 1000 calls in 10 s beside 99.0 % of the others"),
                        new Finding(
                                2,
                                Detector.SUCCESS_RATE,
                                "success rate 86.0 % of 1000000 calls in 10 s beside 92.0 % of the others"));
    }

    @Test
    void a_backend_without_enough_calls_is_neither_judged_nor_a_yardstick() {
        assertThat(judge(DEVIATIONS, calls(0, 49), calls(50, 0), calls(50, 0))).isEmpty();
        assertThat(judge(DEVIATIONS, calls(30, 20), calls(49, 0)))
                .as("nobody to compare with")
                .isEmpty();
        assertThat(judge(DEVIATIONS, calls(30, 20), calls(49, 0), calls(50, 0)))
                .containsExactly(new Finding(
                        0,
                        Detector.SUCCESS_RATE,
                        "success rate 60.0 % of 50 calls in 10 s beside 100.0 % of the others"));
        List<Tally> fourOfFive = with(calls(30, 20), 3, calls(50, 0));
        fourOfFive.add(calls(49, 0));
        assertThat(judge(DEVIATIONS, fourOfFive))
                .as("four are few")
                .extracting(Finding::reason)
                .containsExactly("success rate 60.0 % of 50 calls in 10 s beside 100.0 % of the others");
        fourOfFive.add(calls(50, 0));
        assertThat(judge(DEVIATIONS, fourOfFive))
                .as("five are many")
                .extracting(Finding::reason)
                .containsExactly("success rate 60.0 % of 50 calls in 10 s beside a mean of 92.0 %");
    }

    @Test
    void nobody_stands_out_among_none_or_one_or_where_all_fail() {
        Detectors all = Detectors.DEFAULT;
        assertThat(judge(all)).isEmpty();
        assertThat(judge(all, calls(1_000, 0))).isEmpty();
        for (int hosts = 2; hosts <= 10; hosts++) {
            assertThat(judge(DEVIATIONS, Collections.nCopies(hosts, calls(0, 1_000))))
                    .isEmpty();
            assertThat(judge(DEVIATIONS, Collections.nCopies(hosts, calls(0, 0))))
                    .isEmpty();
        }
    }

    @Test
    void the_worst_comes_first_and_who_is_found_by_several_comes_once() {
        assertThat(judge(
                        Detectors.DEFAULT,
                        new Tally(60, 140, 0),
                        new Tally(0, 200, 200),
                        new Tally(100, 0, 7),
                        new Tally(40, 160, 0),
                        new Tally(195, 5, 0)))
                .extracting(Finding::index, Finding::detector)
                .containsExactly(
                        tuple(1, Detector.CONSECUTIVE_FAILURES),
                        tuple(2, Detector.CONSECUTIVE_FAILURES),
                        tuple(3, Detector.FAILURE_RATE),
                        tuple(0, Detector.FAILURE_RATE));
    }

    @Test
    void no_detector_disturbs_another_one() {
        for (long seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            List<Tally> tallies = randomPool(random);
            Set<Integer> alone = new TreeSet<>();
            for (Detectors rules : List.of(ROWS, RATES, DEVIATIONS)) {
                judge(rules, tallies).forEach(finding -> alone.add(finding.index()));
            }
            assertThat(indexes(judge(Detectors.DEFAULT, tallies)))
                    .as("seed %d", seed)
                    .isEqualTo(alone);
        }
    }

    @Test
    void finds_whom_other_formulas_find() {
        int found = 0;
        int byTheLonger = 0;
        for (long seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            List<Tally> tallies = randomPool(random);
            List<Tally> longer = plus(random, tallies);
            Set<Integer> expected = deviating(tallies, longer);
            found += expected.size();
            if (!expected.equals(deviating(tallies, tallies))) {
                byTheLonger++;
            }
            Look look = new Look(tallies, longer, WINDOW.multipliedBy(6));
            assertThat(indexes(Scorers.of(DEVIATIONS).judge(look)))
                    .as("seed %d: %s, %s", seed, tallies, longer)
                    .isEqualTo(expected);
        }
        assertThat(found)
                .as("the pools are no proof if hardly anybody stands out")
                .isGreaterThan(2_000);
        assertThat(byTheLonger).isGreaterThan(200);
    }

    /** Adds what each did in the windows before: as in the last one, on average. */
    private static List<Tally> plus(Random random, List<Tally> tallies) {
        return tallies.stream()
                .map(tally -> {
                    int before = random.nextInt(6);
                    double failing = random.nextDouble();
                    return new Tally(
                            tally.successes() + before * tally.successes(),
                            tally.failures() + Math.round((double) tally.failures() * before * failing),
                            0);
                })
                .toList();
    }

    private static Set<Integer> indexes(List<Finding> findings) {
        return findings.stream().map(Finding::index).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Tally> randomPool(Random random) {
        double good = 0.9 + 0.1 * random.nextDouble();
        return IntStream.range(0, 2 + random.nextInt(10))
                .mapToObj(i -> {
                    double rate = random.nextInt(6) == 0 ? random.nextDouble() : good;
                    int calls = random.nextInt(400);
                    int successes = (int) IntStream.range(0, calls)
                            .filter(call -> random.nextDouble() < rate)
                            .count();
                    return new Tally(successes, calls - successes, random.nextInt(8));
                })
                .toList();
    }

    /** The rules once more, by the chi-square of a table of four, entropies, and the mean of squares. */
    private static Set<Integer> deviating(List<Tally> tallies, List<Tally> longer) {
        Set<Integer> found = new TreeSet<>();
        while (found.addAll(deviatingBeside(found, tallies, longer))) {}
        return found;
    }

    private static Set<Integer> deviatingBeside(Set<Integer> known, List<Tally> tallies, List<Tally> longer) {
        List<Integer> in = IntStream.range(0, tallies.size())
                .filter(i -> !known.contains(i))
                .filter(i -> tallies.get(i).successes() + tallies.get(i).failures() >= 50)
                .boxed()
                .toList();
        double sum = 0;
        double squares = 0;
        for (int i : in) {
            double rate = tallies.get(i).successes()
                    / (double) (tallies.get(i).successes() + tallies.get(i).failures());
            sum += rate;
            squares += rate * rate;
        }
        double mean = sum / in.size();
        double sigma = Math.sqrt(Math.max(0, squares / in.size() - mean * mean));
        Set<Integer> found = new TreeSet<>();
        for (int i : in) {
            double a = tallies.get(i).successes();
            double b = tallies.get(i).failures();
            double c = in.stream().mapToLong(j -> tallies.get(j).successes()).sum() - a;
            double d = in.stream().mapToLong(j -> tallies.get(j).failures()).sum() - b;
            double rate = a / (a + b);
            boolean few = in.size() < 5 && c / (c + d) - rate > 0.05 - 1e-9;
            boolean many = in.size() >= 5 && rate < mean - 1.9 * sigma && mean - rate > 0.05 - 1e-9;
            if ((few || many) && (isProof(tallies, in, i) || isProof(longer, in, i))) {
                found.add(i);
            }
        }
        return found;
    }

    private static boolean isProof(List<Tally> tallies, List<Integer> in, int i) {
        double a = tallies.get(i).successes();
        double b = tallies.get(i).failures();
        double c = in.stream().mapToLong(j -> tallies.get(j).successes()).sum() - a;
        double d = in.stream().mapToLong(j -> tallies.get(j).failures()).sum() - b;
        double n = a + b + c + d;
        double chiSquare = n * Math.pow(a * d - b * c, 2) / ((a + b) * (c + d) * (a + c) * (b + d));
        double g = 2
                * (xlogx(a)
                        + xlogx(b)
                        + xlogx(c)
                        + xlogx(d)
                        + xlogx(n)
                        - xlogx(a + b)
                        - xlogx(c + d)
                        - xlogx(a + c)
                        - xlogx(b + d));
        boolean isWorse = b * c > a * d;
        return isWorse && (in.size() >= 5 || chiSquare > 9) && g > 9 + 2 * Math.log(in.size()) + 2 * Math.log(8_640);
    }

    private static double xlogx(double x) {
        return x == 0 ? 0 : x * Math.log(x);
    }
}
