package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class IntervalTest {
    /** Student's t for 95 % from a printed table. */
    private static final double T_OF_2 = 4.303;

    private static final double T_OF_4 = 2.776;

    @Test
    void three_values_have_the_t_of_two_degrees_of_freedom() {
        Interval interval = Interval.of(List.of(1.0, 2.0, 3.0));
        assertThat(interval.mean()).isEqualTo(2);
        assertThat(interval.half()).isCloseTo(T_OF_2 / Math.sqrt(3), within(0.001));
        assertThat(interval.low()).isCloseTo(2 - 2.484, within(0.001));
        assertThat(interval.high()).isCloseTo(2 + 2.484, within(0.001));
    }

    @Test
    void five_values_have_the_t_of_four_degrees_of_freedom() {
        // The sum of squares is 10, the variance 2.5, the error of the mean the root of 0.5.
        Interval interval = Interval.of(List.of(8.0, 9.0, 10.0, 11.0, 12.0));
        assertThat(interval.half()).isCloseTo(T_OF_4 * Math.sqrt(0.5), within(0.001));
    }

    @Test
    void equal_values_have_an_interval_without_width() {
        assertThat(Interval.of(List.of(7.0, 7.0, 7.0)).half()).isZero();
    }

    @Test
    void one_value_has_no_bounds_and_tells_nothing() {
        Interval once = Interval.of(List.of(1.0));
        assertThat(once.isBounded()).isFalse();
        assertThat(Verdict.ofLess(once, Interval.of(List.of(1_000.0, 1_000.0)))).isEqualTo(Verdict.NOT_TOLD_APART);
        assertThat(Words.interval(once)).isEqualTo("1.00 (once)");
    }

    @Test
    void no_value_has_no_interval() {
        assertThatThrownBy(() -> Interval.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an interval needs at least 1 value, was given none");
    }
}
