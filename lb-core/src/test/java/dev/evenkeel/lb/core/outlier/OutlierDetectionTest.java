package dev.evenkeel.lb.core.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierDetectionTest {
    private static final OutlierDetection STANDARD = OutlierDetection.standard();

    @Test
    void the_defaults_are_those_of_the_docs() {
        assertThat(STANDARD)
                .isEqualTo(new OutlierDetection(
                        new Detectors(
                                Duration.ofSeconds(10),
                                new ConsecutiveFailures(5),
                                new FailureRate(0.5, 20),
                                new SuccessRateDeviation(5, 1.9, 5, 3, 50)),
                        new Ejection(Duration.ofSeconds(10), Duration.ofSeconds(300), 0.1, 0.5, Duration.ofSeconds(10)),
                        true));
    }

    @Test
    void each_setter_changes_its_own_value_only() {
        assertThat(STANDARD.dryRun()).isEqualTo(new OutlierDetection(Detectors.DEFAULT, Ejection.DEFAULT, false));
        assertThat(STANDARD.window(Duration.ofSeconds(30)).detectors())
                .isEqualTo(new Detectors(
                        Duration.ofSeconds(30),
                        ConsecutiveFailures.DEFAULT,
                        FailureRate.DEFAULT,
                        SuccessRateDeviation.DEFAULT));
        assertThat(STANDARD.consecutiveFailures(7).detectors())
                .isEqualTo(Detectors.DEFAULT.withConsecutiveFailures(new ConsecutiveFailures(7)));
        FailureRate rate = FailureRate.DEFAULT.withShare(0.3).withMinCalls(40);
        assertThat(rate).isEqualTo(new FailureRate(0.3, 40));
        assertThat(STANDARD.failureRate(rate).detectors()).isEqualTo(Detectors.DEFAULT.withFailureRate(rate));
        SuccessRateDeviation deviation = SuccessRateDeviation.DEFAULT
                .withMinHosts(8)
                .withDeviations(2.5)
                .withMinPoints(4)
                .withZ(3.5)
                .withMinCalls(100);
        assertThat(deviation).isEqualTo(new SuccessRateDeviation(8, 2.5, 4, 3.5, 100));
        assertThat(STANDARD.successRate(deviation).detectors()).isEqualTo(Detectors.DEFAULT.withSuccessRate(deviation));
        Ejection ejection = Ejection.DEFAULT
                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(2))
                .withJitter(0.2)
                .withMaxEjected(0.3)
                .withTrialTimeout(Duration.ofSeconds(4));
        assertThat(ejection)
                .isEqualTo(new Ejection(Duration.ofSeconds(1), Duration.ofSeconds(2), 0.2, 0.3, Duration.ofSeconds(4)));
        assertThat(STANDARD.dryRun().ejection(ejection))
                .isEqualTo(new OutlierDetection(Detectors.DEFAULT, ejection, false));
        assertThat(STANDARD.ejectFor(Duration.ofSeconds(1), Duration.ofSeconds(2))
                        .ejection())
                .isEqualTo(Ejection.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    @Test
    void each_detector_can_be_switched_off() {
        assertThat(STANDARD.withoutConsecutiveFailures().detectors())
                .isEqualTo(
                        new Detectors(Duration.ofSeconds(10), null, FailureRate.DEFAULT, SuccessRateDeviation.DEFAULT));
        assertThat(STANDARD.withoutFailureRate().detectors())
                .isEqualTo(new Detectors(
                        Duration.ofSeconds(10), ConsecutiveFailures.DEFAULT, null, SuccessRateDeviation.DEFAULT));
        assertThat(STANDARD.withoutSuccessRate().detectors())
                .isEqualTo(
                        new Detectors(Duration.ofSeconds(10), ConsecutiveFailures.DEFAULT, FailureRate.DEFAULT, null));
    }

    @Test
    void not_all_detectors_can_be_off() {
        OutlierDetection oneLeft = STANDARD.withoutFailureRate().withoutSuccessRate();
        assertThatIllegalArgumentException()
                .isThrownBy(oneLeft::withoutConsecutiveFailures)
                .withMessageStartingWith("at least one detector must be on, was none of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.999S", "PT0S", "PT-1S", "PT24H0.001S"})
    void a_window_is_a_second_to_a_day(Duration window) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.window(window))
                .withMessage("the window of outlier detection must be 1 s to 1 day, was " + window);
        assertThat(STANDARD.window(Duration.ofSeconds(1)).detectors().window()).isEqualTo(Duration.ofSeconds(1));
        assertThat(STANDARD.window(Duration.ofDays(1)).detectors().window()).isEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_001})
    void consecutive_failures_are_1_to_1000(int limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.consecutiveFailures(limit))
                .withMessage("consecutive failures must be 1 to 1000, was " + limit);
        assertThat(new ConsecutiveFailures(1_000).limit()).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.000001, Double.NaN, Double.POSITIVE_INFINITY})
    void a_failure_rate_is_above_0_and_at_most_1(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FailureRate.DEFAULT.withShare(share))
                .withMessageEndingWith("must be above 0 and at most 1, was " + share);
        assertThat(FailureRate.DEFAULT.withShare(1).share()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void rates_need_a_call_at_least(int calls) {
        String message = "the least number of calls must be at least 1, was " + calls;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FailureRate.DEFAULT.withMinCalls(calls))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SuccessRateDeviation.DEFAULT.withMinCalls(calls))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void deviations_and_z_and_points_are_above_0(double value) {
        SuccessRateDeviation rules = SuccessRateDeviation.DEFAULT;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withDeviations(value))
                .withMessage("the number of deviations must be above 0 and finite, was " + value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withZ(value))
                .withMessage("z must be above 0 and finite, was " + value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withMinPoints(value))
                .withMessage("the percentage points below the others must be above 0 and below 100, was " + value);
    }

    @Test
    void nobody_is_a_hundred_points_below_the_others_and_deviates_among_two() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SuccessRateDeviation.DEFAULT.withMinPoints(100))
                .withMessageEndingWith("was 100.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SuccessRateDeviation.DEFAULT.withMinHosts(2))
                .withMessage("deviations need at least 3 hosts, minHosts was 2");
    }

    /** One of n rates that differs from the others, which are alike, is √(n − 1) deviations off, and more is impossible. */
    @ParameterizedTest
    @CsvSource({"3,5,11", "2,5,6", "2.5,7,8", "1.9,4,5", "1.5,3,4", "10,100,102", "1e6,2147483647,1000000000002"})
    void deviations_that_no_rate_can_reach_are_refused_and_the_least_hosts_told(
            double deviations, int minHosts, long fewest) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SuccessRateDeviation(minHosts, deviations, 5, 3, 50))
                .withMessage(
                        "no rate of " + minHosts + " can be so many deviations below their mean: they must be below "
                                + "the root of minHosts - 1, were " + deviations + " with minHosts " + minHosts
                                + "; it takes minHosts " + fewest);
        if (fewest <= Integer.MAX_VALUE) {
            SuccessRateDeviation rules = new SuccessRateDeviation((int) fewest, deviations, 5, 3, 50);
            assertThatIllegalArgumentException().isThrownBy(() -> rules.withMinHosts((int) fewest - 1));
        }
    }

    @Test
    void the_longest_ejection_is_not_below_the_base() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STANDARD.ejectFor(Duration.ofSeconds(10), Duration.ofSeconds(9)))
                .withMessage("the longest ejection must be at least the base, was PT9S with a base of PT10S");
        assertThat(STANDARD.ejectFor(Duration.ofSeconds(9), Duration.ofSeconds(9))
                        .ejection()
                        .max())
                .isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.001S", "PT876601H"})
    void times_are_above_0_and_within_a_century(Duration time) {
        Ejection rules = Ejection.DEFAULT;
        String rule = " must be above 0 and at most 100 years, was " + time;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withTimes(time, Duration.ofSeconds(1)))
                .withMessage("the base of an ejection" + rule);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withTimes(Duration.ofSeconds(1), time))
                .withMessage("the longest ejection" + rule);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rules.withTrialTimeout(time))
                .withMessage("the timeout of a trial" + rule);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
    void shares_of_an_ejection_are_0_to_1(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ejection.DEFAULT.withMaxEjected(share))
                .withMessage("the share that may be ejected must be 0 to 1, was " + share);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ejection.DEFAULT.withJitter(share))
                .withMessage("the jitter of an ejection must be 0 to below 1, was " + share);
    }

    @Test
    void a_jitter_of_everything_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ejection.DEFAULT.withJitter(1))
                .withMessage("the jitter of an ejection must be 0 to below 1, was 1.0");
    }

    @ParameterizedTest
    @CsvSource({
        "0.5,0,1",
        "0.5,1,1",
        "0.5,2,1",
        "0.5,3,1",
        "0.5,4,2",
        "0.5,5,2",
        "0.5,1000,500",
        "0,10,1",
        "1,10,10",
        "0.29,100,29"
    })
    void the_cap_is_the_share_rounded_down_and_one_at_least(double share, int members, int cap) {
        assertThat(Ejection.DEFAULT.withMaxEjected(share).cap(members)).isEqualTo(cap);
    }
}
