package dev.evenkeel.lb.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * What repetitions of one thing came to.
 *
 * @param median the middle one, the upper of two
 */
record Spread(double median, double least, double most) {
    /** So that there is a middle even where one takes longer than all may. */
    private static final int FEWEST = 5;

    /** Of what takes a microsecond. */
    private static final int MOST = 200_000;

    /** Returns the spread of repetitions that were made already. */
    static Spread of(double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        return new Spread(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /**
     * Repeats a thing, unmeasured and then measured, each for a time and a few times at the least.
     *
     * @param one does it once and returns what it came to
     */
    static Spread over(int millis, DoubleSupplier one) {
        repeat(millis, one);
        return of(repeat(millis, one));
    }

    private static double[] repeat(int millis, DoubleSupplier one) {
        double[] figures = new double[MOST];
        int made = 0;
        long start = System.nanoTime();
        while (made < MOST && (made < FEWEST || System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(millis))) {
            figures[made++] = one.getAsDouble();
        }
        return DoubleStream.of(figures).limit(made).toArray();
    }

    /** Writes it to the standard output. */
    void print(String what, int backends, String unit) {
        ResultRow.of("scale")
                .with("what", what)
                .with("backends", backends)
                .with("unit", unit)
                .with("median", median)
                .with("least", least)
                .with("most", most)
                .print();
    }
}
