package dev.evenkeel.lb.evidence;

import java.time.Duration;
import java.util.List;

/** How much the measuring programs other than JMH are asked to do. */
record Sizes(Races races, Calls calls, Scale scale) {
    /** For each subject that can be marked down. */
    record Races(long picks, int threads, List<Integer> backends) {
        /** Starting, and twice the picks at the price of a slow one, plus the making of every pattern. */
        Duration perCheck() {
            return Duration.ofMillis(500 + picks / 1_000);
        }

        List<String> arguments(String subject, int count) {
            return List.of(subject, Long.toString(picks), Integer.toString(threads), Integer.toString(count));
        }
    }

    /** For each number of callers. */
    record Calls(int rounds, int calls, String callers, Duration estimate) {
        List<String> arguments() {
            return List.of(Integer.toString(rounds), Integer.toString(calls), callers);
        }
    }

    /**
     * For each size.
     *
     * @param millis for which each change is repeated
     */
    record Scale(String sizes, int millis, Duration estimate) {
        List<String> arguments() {
            return List.of(sizes, Integer.toString(millis));
        }
    }
}
