package dev.evenkeel.lb.core.plan;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanRulesTest {
    private static final SlowStart SLOW = SlowStart.over(Duration.ofSeconds(1));

    @ParameterizedTest
    @ValueSource(doubles = {0.99, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void overprovisioning_below_one_is_refused(double factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanRules.DEFAULT.withOverprovisioning(factor))
                .withMessage("overprovisioning must be at least 1 and finite, was " + factor);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void a_panic_threshold_outside_0_to_1_is_refused(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanRules.DEFAULT.withPanicBelow(share))
                .withMessage("the panic threshold must be 0 to 1, was " + share);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eu west", "z;"})
    void a_zone_that_no_endpoint_can_have_is_refused(String zone) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PlanRules.DEFAULT.withZone(zone))
                .withMessage("zone must be 1 to 63 letters, digits, '.', '-' or '_', was \"" + zone + "\"");
    }

    @Test
    void an_empty_subset_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subset.of(0, "c"))
                .withMessage("the size of a subset must be at least 1, was 0");
    }

    @Test
    void a_blank_client_id_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subset.of(1, " "))
                .withMessage("a client id must not be blank, was \" \"");
    }

    @Test
    void a_client_number_outside_the_count_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subset.even(1, 3, 3))
                .withMessage("the number of a client must be 0 to the count of clients less 1, was 3 of 3");
        assertThatIllegalArgumentException().isThrownBy(() -> Subset.even(1, -1, 3));
    }

    @Test
    void a_window_that_is_no_time_or_too_long_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlowStart.over(Duration.ZERO))
                .withMessage("the window of a slow start must be above 0, was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlowStart.over(Duration.ofDays(36_526)))
                .withMessage("the window of a slow start must be at most 100 years, was PT876624H");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void an_aggression_of_zero_or_less_is_refused(double aggression) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SLOW.withAggression(aggression))
                .withMessage("the aggression of a slow start must be above 0 and finite, was " + aggression);
    }
}
