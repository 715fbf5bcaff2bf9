package dev.evenkeel.lb.core.select;

/**
 * Turns evenly spread bits into places with given weights, in constant time.
 *
 * <p>The unit interval is cut into {@code n} columns of the same width. A column belongs to its own place up to its
 * threshold and to one other, its alias, beyond. Bits as a fraction of 1, times {@code n}, give the column before the point
 * and what is held against the threshold behind it. The thresholds are worked out in whole numbers, and a share is
 * exact to 2<sup>-52</sup> of a column.
 *
 * <p>A. J. Walker, <a href="https://doi.org/10.1145/355744.355749">An efficient method for generating discrete random
 * variables with general distributions</a>, 1977, built as in M. D. Vose, <a
 * href="https://doi.org/10.1109/32.92917">A linear algorithm for generating random numbers with a given
 * distribution</a>, 1991: {@code O(n)}, 12 bytes for each place.
 */
final class AliasTable {
    private final long[] thresholds;
    private final int[] aliases;

    private AliasTable(int size) {
        this.thresholds = new long[size];
        this.aliases = new int[size];
    }

    static AliasTable of(Weights weights) {
        int n = weights.each().length;
        long full = weights.sum();
        AliasTable table = new AliasTable(n);
        // In units of which a column holds the sum of the weights, and all columns together n times that.
        long[] left = new long[n];
        // Those with less than a column from the front, those with a column or more from the back.
        int[] places = new int[n];
        int small = 0;
        int large = n;
        for (int place = 0; place < n; place++) {
            left[place] = (long) weights.each()[place] * n;
            places[left[place] < full ? small++ : --large] = place;
        }
        while (small > 0 && large < n) {
            int less = places[--small];
            int more = places[large];
            table.set(less, (double) left[less] / full, more);
            left[more] -= full - left[less];
            if (left[more] < full) {
                large++;
                places[small++] = more;
            }
        }
        // What is left is full, as all sums are exact.
        while (large < n) {
            int last = places[large++];
            table.set(last, 1, last);
        }
        return table;
    }

    private void set(int place, double share, int alias) {
        thresholds[place] = (long) Math.scalb(share, Long.SIZE - 1);
        aliases[place] = alias;
    }

    /** Returns the place that 64 bits fall on, read as a fraction without a sign. */
    int place(long bits) {
        // Halved, and times twice the size, because the upper half of a product comes cheap only for signed numbers.
        long fraction = bits >>> 1;
        long columns = 2L * thresholds.length;
        int column = (int) Math.multiplyHigh(fraction, columns);
        long within = (fraction * columns) >>> 1;
        int alias = aliases[column]; // read in any case, since a guess of the branch would be wrong half of the time
        return within < thresholds[column] ? column : alias;
    }
}
