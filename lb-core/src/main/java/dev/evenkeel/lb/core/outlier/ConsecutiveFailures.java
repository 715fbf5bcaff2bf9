package dev.evenkeel.lb.core.outlier;

/**
 * Finds a backend whose attempts fail one after another. A success begins the count anew; a rejection and an attempt without
 * a verdict change nothing.
 *
 * @param limit how many failures in a row make an outlier, 1 to 1,000
 */
public record ConsecutiveFailures(int limit) {
    /** 5 in a row. */
    public static final ConsecutiveFailures DEFAULT = new ConsecutiveFailures(5);

    private static final int MAX = 1_000;

    /** Checks the range. */
    public ConsecutiveFailures {
        if (limit < 1 || limit > MAX) {
            throw new IllegalArgumentException("consecutive failures must be 1 to " + MAX + ", was " + limit);
        }
    }
}
