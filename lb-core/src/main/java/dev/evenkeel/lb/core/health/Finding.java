package dev.evenkeel.lb.core.health;

/**
 * A backend that a detector found to be an outlier.
 *
 * @param index which of the tallies that were judged
 * @param detector who found it
 * @param reason why, for people: {@code 5 failures in a row}
 */
record Finding(int index, Detector detector, String reason) {
    /** What outliers are found by. */
    enum Detector {
        CONSECUTIVE_FAILURES,
        FAILURE_RATE,
        SUCCESS_RATE
    }
}
