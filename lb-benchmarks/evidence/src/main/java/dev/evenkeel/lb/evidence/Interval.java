package dev.evenkeel.lb.evidence;

import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The mean of the forks of a cell and half the width of its 95 % confidence interval by Student's t with one degree of
 * freedom less than there are forks. A fork counts as one value, because the iterations within one share its compilation
 * and are not independent. Of one fork the width is infinite.
 */
record Interval(double mean, double half, int forks) {
    private static final double UPPER_TAIL = 0.975;

    static Interval of(List<Double> values) {
        int n = values.size();
        if (n == 0) {
            throw new IllegalArgumentException("an interval needs at least 1 value, was given none");
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).sum() / n;
        if (n == 1) {
            return new Interval(mean, Double.POSITIVE_INFINITY, 1);
        }
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double error = Math.sqrt(squares / (n - 1) / n);
        double t = TDistribution.of(n - 1).inverseCumulativeProbability(UPPER_TAIL);
        return new Interval(mean, t * error, n);
    }

    double low() {
        return mean - half;
    }

    double high() {
        return mean + half;
    }

    boolean isBounded() {
        return half < Double.POSITIVE_INFINITY;
    }
}
