package dev.evenkeel.lb.api;

import org.jspecify.annotations.Nullable;

/**
 * What the probes last said of a backend. Connect failures that calls ran into count as failed probes.
 *
 * @param checked whether any probe has had a verdict yet
 * @param failuresInARow how many probes have failed since the last one that passed
 * @param reason why the last failed probe failed, in a few words; empty if none has failed since the last pass
 * @param cause what the last failed probe threw, or null
 */
public record BackendHealth(
        boolean checked,
        int failuresInARow,
        String reason,
        @Nullable Throwable cause) {
    /** Nothing is known yet. */
    public static final BackendHealth UNCHECKED = new BackendHealth(false, 0, "", null);

    /** The last probe passed. */
    public static final BackendHealth PASSING = new BackendHealth(true, 0, "", null);

    /** Returns what follows when one more probe has failed. */
    public BackendHealth failedAgain(String why, @Nullable Throwable what) {
        return new BackendHealth(true, failuresInARow + 1, why, what);
    }

    /** Returns the findings as a phrase, such as {@code 3 failed probes: connection refused}. */
    @Override
    public String toString() {
        if (!checked) {
            return "no probe has answered yet";
        }
        if (failuresInARow == 0) {
            return "last probe passed";
        }
        return (failuresInARow == 1 ? "1 failed probe: " : failuresInARow + " failed probes: ") + reason;
    }
}
