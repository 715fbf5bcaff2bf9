package dev.evenkeel.lb.core.health;

/**
 * What one backend did lately, as the detectors see it.
 *
 * @param successes within the window
 * @param failures within the window
 * @param inARow failures since the last success, however long ago
 */
record Tally(long successes, long failures, long inARow) {
    long calls() {
        return successes + failures;
    }

    /** Returns the share of successes; not a number without calls. */
    double successRate() {
        return successes / (double) calls();
    }

    /** Returns the share of failures; not a number without calls. */
    double failureRate() {
        return failures / (double) calls();
    }
}
