package dev.evenkeel.lb.core.outlier;

/**
 * Finds a backend that fails too large a share of its calls within {@linkplain Detectors#window the window}, whatever the
 * others do.
 *
 * @param share failures / (failures + successes) that makes an outlier, above 0 and at most 1
 * @param minCalls how many calls with a verdict it takes, at least 1
 */
public record FailureRate(double share, int minCalls) {
    /** Half of at least 20 calls. */
    public static final FailureRate DEFAULT = new FailureRate(0.5, 20);

    /** Checks the values. */
    public FailureRate {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the share of failures that makes an outlier must be above 0 and at most 1, was " + share);
        }
        Rules.requireCalls(minCalls);
    }

    /** Sets the share, above 0 and at most 1; default 0.5. */
    public FailureRate withShare(double newShare) {
        return new FailureRate(newShare, minCalls);
    }

    /** Sets how many calls it takes, at least 1; default 20. */
    public FailureRate withMinCalls(int newMinCalls) {
        return new FailureRate(share, newMinCalls);
    }
}
