package dev.evenkeel.lb.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** What calls cost in rounds in which all clients took their turn, and what that says with which certainty. For one thread. */
final class Rounds {
    private static final int RESAMPLES = 10_000;
    private static final double TAIL = 0.025;

    /** The highest and the lowest tenth of the rounds are left out of a mean. */
    private static final int OUTLIERS = 10;

    private final List<Round> rounds = new ArrayList<>();

    /** What a call cost in one round with each client, in microseconds of CPU. */
    record Round(double bare, double handWritten, double wrapped) {}

    /** A figure and the ends of its 95 % confidence interval. */
    record Interval(double low, double mean, double high) {}

    void add(Round round) {
        rounds.add(round);
    }

    /** Returns the mean over the rounds. Each round is one observation; the interval comes from drawing rounds anew. */
    Interval of(ToDoubleFunction<Round> figure) {
        return estimate(sample -> mean(sample, figure));
    }

    /** Returns how many times as much the wrapped client adds to a bare call as the hand-written interceptor does. */
    Interval ratioOfAdded() {
        return estimate(sample -> mean(sample, round -> round.wrapped() - round.bare())
                / mean(sample, round -> round.handWritten() - round.bare()));
    }

    private Interval estimate(ToDoubleFunction<List<Round>> figure) {
        if (rounds.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        Random random = new Random(17);
        double[] drawn = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            List<Round> sample = new ArrayList<>(rounds.size());
            for (int j = 0; j < rounds.size(); j++) {
                sample.add(rounds.get(random.nextInt(rounds.size())));
            }
            drawn[i] = figure.applyAsDouble(sample);
        }
        Arrays.sort(drawn);
        int cut = (int) (RESAMPLES * TAIL);
        return new Interval(drawn[cut], figure.applyAsDouble(rounds), drawn[RESAMPLES - 1 - cut]);
    }

    private static double mean(List<Round> sample, ToDoubleFunction<Round> figure) {
        int cut = sample.size() / OUTLIERS;
        return sample.stream()
                .mapToDouble(figure)
                .sorted()
                .skip(cut)
                .limit(sample.size() - 2L * cut)
                .average()
                .orElseThrow();
    }
}
