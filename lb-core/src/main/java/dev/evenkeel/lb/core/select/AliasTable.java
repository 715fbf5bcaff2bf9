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

    /** Returns the table whose columns follow each other as the places do. */
    static AliasTable of(Weights weights) {
        return of(weights, 1);
    }

    /**
     * Returns a table that shares the columns of neighbours on a line out to the same place, where the line goes through
     * the places by a stride. Who walks over the columns one by one then meets each alias at even distances.
     *
     * @param stride with no divisor in common with the number of places
     */
    static AliasTable of(Weights weights, int stride) {
        int n = weights.each().length;
        long full = weights.sum();
        AliasTable table = new AliasTable(n);
        // In units of which a column holds the sum of the weights, and all columns together n times that.
        long[] left = new long[n];
        int[] small = new int[n];
        int[] large = new int[n];
        int smalls = 0;
        int larges = 0;
        int place = 0;
        for (int i = 0; i < n; i++) {
            left[place] = (long) weights.each()[place] * n;
            if (left[place] < full) {
                small[smalls++] = place;
            } else {
                large[larges++] = place;
            }
            place = place < n - stride ? place + stride : place - (n - stride);
        }
        int filled = 0;
        for (int i = 0; i < larges; i++) {
            int more = large[i];
            while (left[more] >= full && filled < smalls) {
                table.share(small[filled++], more, left, full);
            }
            // All sums are exact: who has less than a column left has one behind it with more, and the last is full.
            if (left[more] < full) {
                table.share(more, large[i + 1], left, full);
            } else {
                table.set(more, 1, more);
            }
        }
        return table;
    }

    /** Fills a column up with what another place has too much. */
    private void share(int less, int more, long[] left, long full) {
        set(less, (double) left[less] / full, more);
        left[more] -= full - left[less];
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
        return place((int) Math.multiplyHigh(fraction, columns), fraction * columns);
    }

    /**
     * Returns the place at a height of a column.
     *
     * @param bits the height as a fraction without a sign
     */
    int place(int column, long bits) {
        long within = bits >>> 1;
        int alias = aliases[column];
        // All bits if within the threshold, else none: neither number has a sign, so that the difference is right. A
        // branch
        // would be guessed wrong as often as not, which costs more than the reads of memory.
        int own = (int) ((within - thresholds[column]) >> (Long.SIZE - 1));
        return alias ^ ((alias ^ column) & own);
    }
}
