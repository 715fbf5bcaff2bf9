package dev.evenkeel.lb.core.select;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The members of a table that are eligible, laid end to end by weight. Immutable. */
final class LiveSet {
    private final int[] ranks;

    /** The sum of the weights up to each, itself included. */
    private final long[] upTo;

    private final boolean uniform;

    private LiveSet(int[] ranks, long[] upTo) {
        this.ranks = ranks;
        this.upTo = upTo;
        this.uniform = isUniform(upTo);
    }

    private static boolean isUniform(long[] upTo) {
        for (int i = 0; i < upTo.length; i++) {
            if (upTo[i] != upTo[0] * (i + 1)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the set of those that take any keys.
     *
     * @param takes by rank, 0 for those that are not eligible
     * @param weights by rank
     */
    static LiveSet of(byte[] takes, int[] weights) {
        int[] ranks =
                IntStream.range(0, takes.length).filter(rank -> takes[rank] > 0).toArray();
        long[] upTo = new long[ranks.length];
        long sum = 0;
        for (int i = 0; i < ranks.length; i++) {
            sum += weights[ranks[i]];
            upTo[i] = sum;
        }
        return new LiveSet(ranks, upTo);
    }

    int size() {
        return ranks.length;
    }

    int rank(int index) {
        return ranks[index];
    }

    long weight() {
        return upTo[upTo.length - 1];
    }

    /** Returns the index where a hash falls; each member gets its weight's share of the hashes. */
    int indexOf(long hash) {
        if (uniform) {
            return (int) scaled(hash, ranks.length);
        }
        int found = Arrays.binarySearch(upTo, scaled(hash, weight()));
        return found < 0 ? -found - 1 : found + 1;
    }

    /** Returns a place from 0 to less than the length, by the upper bits. */
    private static long scaled(long hash, long length) {
        return Math.multiplyHigh(hash >>> 1, length << 1);
    }
}
