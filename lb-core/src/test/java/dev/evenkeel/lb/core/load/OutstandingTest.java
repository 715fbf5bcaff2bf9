package dev.evenkeel.lb.core.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutstandingTest {
    private static final double TWO_UNITS = 2 * 65_536;

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 50_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, -7})
    void the_average_age_is_never_above_the_true_one_and_little_below(long start) {
        SplittableRandom random = new SplittableRandom(21);
        Outstanding outstanding = new Outstanding(start);
        List<Long> oracle = new ArrayList<>();
        long now = start;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextLong(10_000_000);
            if (oracle.isEmpty() || (random.nextInt(5) < 3 && oracle.size() < 300)) {
                outstanding.add(now);
                oracle.add(now);
            } else {
                outstanding.remove(oracle.remove(random.nextInt(oracle.size())));
            }
            double sum = 0;
            for (long begun : oracle) {
                sum += now - begun;
            }
            double age = oracle.isEmpty() ? 0 : sum / oracle.size();
            assertThat(outstanding.count()).isEqualTo(oracle.size());
            assertThat(outstanding.averageAge(now))
                    .as("step %d, seed 21", step)
                    .isBetween(Math.max(0, age - TWO_UNITS), age + 1e-3);
        }
    }

    @Test
    void the_sum_may_pass_its_44_bits() {
        Outstanding outstanding = new Outstanding(0);
        long begun = TimeUnit.DAYS.toNanos(80 * 365);
        for (int i = 0; i < 10_000; i++) {
            outstanding.add(begun);
        }
        assertThat(outstanding.averageAge(begun)).isZero();
        assertThat(outstanding.averageAge(begun + 10_000_000_000L)).isBetween(10e9 - TWO_UNITS, 10e9);
        for (int i = 0; i < 10_000; i++) {
            outstanding.remove(begun);
        }
        assertThat(outstanding.count()).isZero();
        assertThat(outstanding.averageAge(begun + 10_000_000_000L)).isZero();
    }

    @Test
    void as_many_as_can_be_counted_have_the_right_age() {
        Outstanding outstanding = new Outstanding(0);
        int most = (1 << 20) - 1;
        for (int i = 0; i < most; i++) {
            outstanding.add(i);
        }
        assertThat(outstanding.count()).isEqualTo(most);
        assertThat(outstanding.averageAge(60_000_000_000L)).isBetween(60e9 - most - TWO_UNITS, 60e9);
    }

    @Test
    void an_attempt_that_began_after_the_clock_was_read_has_no_age() {
        Outstanding outstanding = new Outstanding(0);
        outstanding.add(1_000_000_000);
        assertThat(outstanding.averageAge(0)).isZero();
        outstanding.add(0);
        assertThat(outstanding.averageAge(0)).isZero();
    }
}
