package dev.evenkeel.lb.core.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecayingPeakTest {
    private static final long HALF_LIFE = TimeUnit.SECONDS.toNanos(10);
    private static final double ROUNDING = 0.001;
    private static final double STRAIGHT_LINE = 6.3;

    private final DecayingPeak peak = new DecayingPeak(HALF_LIFE, 0);

    @Test
    void nothing_is_told_before_the_first_sample() {
        assertThat(peak.at(0)).isZero();
        assertThat(peak.at(Long.MAX_VALUE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, 12_345, 5_000_000, 1_000_000_000, 3_600_000_000_000L, Long.MAX_VALUE})
    void a_sample_is_read_back(long nanos) {
        peak.sample(77, nanos);
        assertThat(peak.at(77)).isCloseTo((double) nanos, withinPercentage(ROUNDING));
    }

    @Test
    void a_larger_sample_is_taken_at_once_and_a_smaller_one_changes_nothing() {
        peak.sample(0, 5_000_000);
        peak.sample(0, 8_000_000);
        assertThat(peak.at(0)).isCloseTo(8e6, withinPercentage(ROUNDING));
        peak.sample(0, 5_000_000);
        assertThat(peak.at(0)).isCloseTo(8e6, withinPercentage(ROUNDING));
    }

    @Test
    void it_halves_with_each_half_life() {
        peak.sample(0, 48_000_000);
        for (int lives = 0; lives <= 10; lives++) {
            assertThat(peak.at(lives * HALF_LIFE)).isCloseTo(48e6 / (1 << lives), withinPercentage(ROUNDING));
        }
    }

    @Test
    void between_half_lives_it_is_near_the_exponential() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 100_000; i++) {
            DecayingPeak one = new DecayingPeak(HALF_LIFE, 0);
            long nanos = (long) Math.exp(7 + 15 * random.nextDouble());
            long later = random.nextLong(8 * HALF_LIFE);
            one.sample(0, nanos);
            assertThat(one.at(later))
                    .as("%d ns, %d ns later, seed 11", nanos, later)
                    .isCloseTo(nanos * Math.pow(0.5, (double) later / HALF_LIFE), withinPercentage(STRAIGHT_LINE));
        }
    }

    @Test
    void a_sample_that_is_above_what_is_left_of_the_peak_takes_over() {
        peak.sample(0, 64_000_000);
        peak.sample(2 * HALF_LIFE, 20_000_000);
        assertThat(peak.at(2 * HALF_LIFE)).isCloseTo(20e6, withinPercentage(ROUNDING));
        peak.sample(3 * HALF_LIFE, 9_000_000);
        assertThat(peak.at(3 * HALF_LIFE)).isCloseTo(10e6, withinPercentage(ROUNDING));
    }

    @Test
    void the_order_of_samples_does_not_matter() {
        DecayingPeak other = new DecayingPeak(HALF_LIFE, 0);
        SplittableRandom random = new SplittableRandom(12);
        long[] times = random.longs(100, 0, 5 * HALF_LIFE).toArray();
        long[] samples = random.longs(100, 1_000_000, 100_000_000).toArray();
        for (int i = 0; i < 100; i++) {
            peak.sample(times[i], samples[i]);
            other.sample(times[99 - i], samples[99 - i]);
        }
        assertThat(peak.at(5 * HALF_LIFE)).as("seed 12").isEqualTo(other.at(5 * HALF_LIFE));
    }

    @Test
    void any_sample_is_remembered_for_nine_half_lives_and_forgotten_in_the_end() {
        peak.sample(0, 0);
        assertThat(peak.at(9 * HALF_LIFE)).isPositive();
        assertThat(peak.at(11 * HALF_LIFE)).isZero();
        peak.sample(11 * HALF_LIFE, 1_000_000_000);
        assertThat(peak.at(40 * HALF_LIFE)).isPositive();
        assertThat(peak.at(41 * HALF_LIFE)).isZero();
        assertThat(peak.at(TimeUnit.DAYS.toNanos(100 * 365))).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE, -1, 0})
    void the_clock_may_start_anywhere_and_pass_the_largest_long(long start) {
        DecayingPeak onTheEdge = new DecayingPeak(HALF_LIFE, start);
        onTheEdge.sample(start + 1, 4_000_000);
        assertThat(onTheEdge.at(start + 1)).isCloseTo(4e6, withinPercentage(ROUNDING));
        assertThat(onTheEdge.at(start + 1 + HALF_LIFE)).isCloseTo(2e6, withinPercentage(ROUNDING));
    }

    @Test
    void the_shortest_half_life_still_counts_a_century_later() {
        long century = TimeUnit.DAYS.toNanos(36_525);
        DecayingPeak quick = new DecayingPeak(1_000_000, 0);
        quick.sample(century, 4_000_000);
        assertThat(quick.at(century)).isCloseTo(4e6, withinPercentage(ROUNDING));
        assertThat(quick.at(century + 1_000_000)).isCloseTo(2e6, withinPercentage(0.1));
        assertThat(quick.at(century + 100_000_000)).isZero();
    }

    @Test
    void a_thread_whose_clock_is_behind_reads_no_nonsense() {
        peak.sample(1_000_000, 5_000_000);
        assertThat(peak.at(0)).isCloseTo(5e6, within(1e4));
    }

    @Test
    void the_largest_sample_of_many_threads_is_never_lost() throws Exception {
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            int odd = i;
            new Thread(() -> {
                        for (int sample = 0; sample < 100_000; sample++) {
                            peak.sample(0, 1_000_000 + 2 * sample + odd);
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(peak.at(0)).isCloseTo(1_199_999, within(2.0));
    }
}
