package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** Pearson's test of counts against what they ought to be. */
final class ChiSquare {
    /**
     * How many standard deviations the statistic may be above its mean. Right draws pass it by chance about once in a
     * million with few cells, where the distribution is skewed, and less than once in 10^9 with many.
     */
    private static final double BOUND = 8;

    private ChiSquare() {}

    static void assertUniform(String what, long[] counts, long total) {
        double[] chances = new double[counts.length];
        Arrays.fill(chances, 1.0 / counts.length);
        assertFits(what, counts, chances, total);
    }

    static void assertFits(String what, long[] counts, double[] chances, long total) {
        double statistic = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = total * chances[i];
            assertThat(expected)
                    .as("%s: few per cell, the test says nothing", what)
                    .isGreaterThanOrEqualTo(5);
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        int freedom = counts.length - 1;
        assertThat((statistic - freedom) / Math.sqrt(2.0 * freedom))
                .as("%s: chi square %.1f with %d degrees of freedom, in standard deviations", what, statistic, freedom)
                .isLessThan(BOUND);
    }
}
