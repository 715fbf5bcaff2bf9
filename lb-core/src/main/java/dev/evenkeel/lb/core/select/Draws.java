package dev.evenkeel.lb.core.select;

/**
 * Draws that are a pure function of one random number, so that a pick asks the generator once, remembers nothing, and
 * can be replayed with a seed.
 *
 * <p>A draw below a bound multiplies 32 random bits by it and keeps the upper half: the chances of two results differ by
 * at most one in 2^32, which is bound / 2^32 of either.
 */
final class Draws {
    private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private Draws() {}

    /** Returns the first of two different draws below {@code bound}: from the upper half of the bits. */
    static int first(long random, int bound) {
        return below(random, bound);
    }

    /**
     * Returns the second of two different draws below {@code bound}, at least 2: from the lower half of the bits. It is
     * drawn from one less, and what is not below the first moves up by one, so that all pairs are equally likely.
     */
    static int second(long random, int bound, int first) {
        int draw = below(random << 32, bound - 1);
        return draw + 1 + ((draw - first) >> 31); // no branch, since it would be taken at random
    }

    /** Returns the number that the upper half of the bits stands for, from 0 to {@code bound - 1}. */
    static int below(long random, int bound) {
        return (int) (((random >>> 32) * bound) >>> 32);
    }

    /** As {@link #below(long, int)} for a bound up to 2^62, from 63 bits. */
    static long below(long random, long bound) {
        return Math.multiplyHigh(random >>> 1, bound << 1);
    }

    /**
     * Returns another random number of the same seed: the one with this number in the sequence of
     * <a href="https://doi.org/10.1145/2714064.2660195">SplitMix64</a>, in any order and as often as one likes.
     */
    static long again(long seed, int number) {
        long bits = seed + (number + 1L) * GOLDEN_GAMMA;
        bits = (bits ^ (bits >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return bits ^ (bits >>> 31);
    }

    /**
     * Returns one of {@code d} different draws from {@code n}. Every set of {@code d} is equally likely; the order within
     * a set is not, so it must decide nothing.
     *
     * <p>Floyd's algorithm (<a href="https://doi.org/10.1145/30401.315746">Bentley, Floyd 1987</a>): draw k is below
     * {@code n - d + k + 1}, and if it was drawn before, the largest of that range stands in for it. What was drawn before
     * is drawn again instead of remembered, because there is no memory that costs nothing: an array would be allocated
     * for each pick, or for each thread, and virtual threads are many. So d draws cost about d^2 / 2 multiplications.
     *
     * @param k which one, from 0 to {@code d - 1}
     */
    static int ofSeveral(long seed, int k, int d, int n) {
        int draw = floyd(seed, k, d, n);
        return wasDrawn(draw, k, seed, d, n) ? n - d + k : draw;
    }

    private static int floyd(long seed, int k, int d, int n) {
        return below(again(seed, k), n - d + k + 1);
    }

    private static boolean wasDrawn(int value, int draws, long seed, int d, int n) {
        int wanted = value;
        int before = draws;
        while (true) { // each turn looks at fewer draws
            for (int m = 0; m < before; m++) {
                if (floyd(seed, m, d, n) == wanted) {
                    return true;
                }
            }
            // Else it can only have come as a stand-in, of one draw, and then that one's own was drawn before.
            int standIn = wanted - (n - d);
            if (standIn < 0 || standIn >= before) {
                return false;
            }
            wanted = floyd(seed, standIn, d, n);
            before = standIn;
        }
    }
}
