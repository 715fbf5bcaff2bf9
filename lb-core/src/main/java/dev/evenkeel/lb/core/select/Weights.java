package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Candidates;

/** The effective weights of a set divided by their greatest common divisor, in the order of the backends. */
final class Weights {
    private final int[] each;
    private final long sum;

    private Weights(int[] each, long sum) {
        this.each = each;
        this.sum = sum;
    }

    static Weights of(Candidates candidates) {
        return of(candidates.eligible().stream()
                .mapToInt(Candidates.Candidate::effectiveWeight)
                .toArray());
    }

    static Weights of(int... weights) {
        int divisor = 0;
        for (int weight : weights) {
            divisor = divisor(weight, divisor);
        }
        int[] each = new int[weights.length];
        long sum = 0;
        for (int i = 0; i < each.length; i++) {
            each[i] = weights[i] / divisor;
            sum += each[i];
        }
        return new Weights(each, sum);
    }

    private static int divisor(int a, int b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    /** Returns the weights, at least 1 each. Not a copy. */
    int[] each() {
        return each;
    }

    /** Returns their sum: at most 10<sup>8</sup> for each backend, so far from overflow. */
    long sum() {
        return sum;
    }
}
