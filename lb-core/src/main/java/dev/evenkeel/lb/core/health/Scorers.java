package dev.evenkeel.lb.core.health;

import dev.evenkeel.lb.core.outlier.ConsecutiveFailures;
import dev.evenkeel.lb.core.outlier.Detectors;
import dev.evenkeel.lb.core.outlier.FailureRate;
import dev.evenkeel.lb.core.outlier.SuccessRateDeviation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The detectors that are on. Each judges the same tallies on its own; a backend that several find is found once. */
final class Scorers {
    private final List<Scorer> scorers = new ArrayList<>();

    private Scorers(Detectors rules) {
        ConsecutiveFailures consecutiveFailures = rules.consecutiveFailures();
        if (consecutiveFailures != null) {
            scorers.add(consecutiveFailures(consecutiveFailures));
        }
        FailureRate failureRate = rules.failureRate();
        if (failureRate != null) {
            scorers.add(failureRate(failureRate, rules.window()));
        }
        SuccessRateDeviation successRate = rules.successRate();
        if (successRate != null) {
            scorers.add(new DeviationScorer(successRate, rules.window()));
        }
    }

    static Scorers of(Detectors rules) {
        return new Scorers(rules);
    }

    /**
     * Returns the outliers among backends that did so, each once, by the first of consecutive failures, failure rate and
     * success rate that found it; in that order, and within one detector the worst first.
     */
    List<Finding> judge(Look look) {
        Map<Integer, Finding> found = new LinkedHashMap<>();
        for (Scorer scorer : scorers) {
            scorer.score(look).forEach(finding -> found.putIfAbsent(finding.index(), finding));
        }
        return List.copyOf(found.values());
    }

    private static Scorer consecutiveFailures(ConsecutiveFailures rules) {
        return look ->
                worstFirst(look.window(), tally -> tally.inARow() >= rules.limit(), tally -> -tally.inARow()).stream()
                        .map(i -> new Finding(
                                i,
                                Finding.Detector.CONSECUTIVE_FAILURES,
                                Reasons.inARow(look.window().get(i).inARow())))
                        .toList();
    }

    private static Scorer failureRate(FailureRate rules, Duration window) {
        return look -> worstFirst(
                        look.window(),
                        tally -> tally.calls() >= rules.minCalls() && tally.failureRate() >= rules.share(),
                        Tally::successRate)
                .stream()
                .map(i -> new Finding(
                        i,
                        Finding.Detector.FAILURE_RATE,
                        Reasons.failureRate(look.window().get(i), window)))
                .toList();
    }

    /** Returns the indexes of the tallies that are such, those of which less is left to the front. */
    static List<Integer> worstFirst(List<Tally> tallies, Predicate<Tally> such, ToDoubleFunction<Tally> left) {
        return IntStream.range(0, tallies.size())
                .filter(i -> such.test(tallies.get(i)))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> left.applyAsDouble(tallies.get(i))))
                .toList();
    }
}
