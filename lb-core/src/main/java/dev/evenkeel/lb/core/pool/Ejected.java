package dev.evenkeel.lb.core.pool;

/**
 * Why a member is ejected, and since when.
 *
 * @param reason as a phrase
 * @param sinceNanos when it was ejected, on the monotonic clock
 * @param turn its place among all ejections of the roster
 */
record Ejected(String reason, long sinceNanos, long turn) {
    /** Returns the same ejection, which has not ended since then, for another reason. */
    Ejected because(String newReason) {
        return new Ejected(newReason, sinceNanos, turn);
    }
}
