package dev.evenkeel.lb.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What calls cost in rounds in which all clients took their turn, by the JVM in which they were measured, and what that says
 * with which certainty. For one thread.
 */
final class Rounds {
    private static final int RESAMPLES = 2_000;
    private static final double TAIL = 0.025;

    /** The highest and the lowest tenth of the rounds of a fork are left out of its mean. */
    private static final int OUTLIERS = 10;

    private final List<List<Round>> forks = new ArrayList<>();

    /** What a call cost in one round with each client, in microseconds of CPU. */
    record Round(double bare, double handWritten, double wrapped) {
        /** Returns the round that a line tells of. */
        static Round parse(String line) {
            double[] micros = Arrays.stream(line.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            return new Round(micros[0], micros[1], micros[2]);
        }

        String line() {
            return String.format(Locale.ROOT, "%.4f %.4f %.4f", bare, handWritten, wrapped);
        }
    }

    /** A figure and the ends of its 95 % confidence interval. */
    record Interval(double low, double mean, double high) {}

    /** Adds the rounds of one JVM. */
    void addFork(List<Round> measured) {
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("a fork must have rounds, had none");
        }
        forks.add(List.copyOf(measured));
    }

    /** Returns the mean over the forks. The interval comes from drawing forks anew, and rounds of each. */
    Interval of(ToDoubleFunction<Round> figure) {
        return estimate(sample -> mean(sample, figure));
    }

    /** Returns how many times as much the wrapped client adds to a bare call as the hand-written interceptor does. */
    Interval ratioOfAdded() {
        return estimate(sample -> mean(sample, round -> round.wrapped() - round.bare())
                / mean(sample, round -> round.handWritten() - round.bare()));
    }

    private Interval estimate(ToDoubleFunction<List<List<Round>>> figure) {
        if (forks.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        Random random = new Random(17);
        double[] drawn = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            List<List<Round>> sample = draw(forks, random).stream()
                    .map(rounds -> draw(rounds, random))
                    .toList();
            drawn[i] = figure.applyAsDouble(sample);
        }
        Arrays.sort(drawn);
        int cut = (int) (RESAMPLES * TAIL);
        return new Interval(drawn[cut], figure.applyAsDouble(forks), drawn[RESAMPLES - 1 - cut]);
    }

    /** Draws as many as there are, each of all. */
    private static <T> List<T> draw(List<T> from, Random random) {
        List<T> drawn = new ArrayList<>(from.size());
        for (int i = 0; i < from.size(); i++) {
            drawn.add(from.get(random.nextInt(from.size())));
        }
        return drawn;
    }

    private static double mean(List<List<Round>> sample, ToDoubleFunction<Round> figure) {
        return sample.stream()
                .mapToDouble(rounds -> meanOfFork(rounds, figure))
                .average()
                .orElseThrow();
    }

    private static double meanOfFork(List<Round> rounds, ToDoubleFunction<Round> figure) {
        int cut = rounds.size() / OUTLIERS;
        return rounds.stream()
                .mapToDouble(figure)
                .sorted()
                .skip(cut)
                .limit(rounds.size() - 2L * cut)
                .average()
                .orElseThrow();
    }
}
