package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Maglev's lookup table: which member a hash belongs to. Immutable, and the same in every process and every release for
 * the same seats and size.
 *
 * <p>Each member has a permutation of all slots, {@code (offset + j * skip) mod size}, made of the hash of its URL. The
 * members take turns in the order of their URLs, and in a turn a member takes the first slot of its permutation that is
 * still free. In a round a member of mean weight has one turn and the others have as many as their weight is of the
 * mean, rounded up over all rounds so far; so each has one at least. (Section 3.4 of <a
 * href="https://research.google/pubs/pub44824/">Eisenbud et al., NSDI 2016</a>; it has no weights.)
 */
final class MaglevTable {
    private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;
    private static final int NARROW = 1 << Character.SIZE;

    /** One member: where it is, which says who it is, and how much it should get. */
    record Seat(String url, int weight) {}

    private final int size;

    /** The rank of the member of each slot. Two bytes a slot, while they can tell the members apart. */
    private final char @Nullable [] narrow;

    private final int[] wide;

    private MaglevTable(int size, int members) {
        this.size = size;
        this.narrow = members <= NARROW ? new char[size] : null;
        this.wide = members <= NARROW ? new int[0] : new int[size];
    }

    /**
     * Builds a table in about {@code size * ln(size)} steps.
     *
     * @param seats in the order of their URLs
     * @param size a prime, at least twice the number of seats
     */
    static MaglevTable of(List<Seat> seats, int size) {
        MaglevTable table = new MaglevTable(size, seats.size());
        table.fill(seats);
        return table;
    }

    private void fill(List<Seat> seats) {
        int n = seats.size();
        int[] next = new int[n];
        int[] skip = new int[n];
        long[] perRound = new long[n];
        long[] credit = new long[n];
        long weights = 0;
        for (int rank = 0; rank < n; rank++) {
            Seat seat = seats.get(rank);
            long hash = Attempt.hash(seat.url());
            next[rank] = (int) Long.remainderUnsigned(hash, size);
            skip[rank] = (int) Long.remainderUnsigned(rehash(hash), size - 1) + 1;
            perRound[rank] = (long) seat.weight() * n;
            weights += seat.weight();
        }
        // Most steps only ask whether a slot is free, and these bits stay in the cache where the table would not.
        long[] taken = new long[(size >>> 6) + 1];
        int free = size;
        while (free > 0) {
            for (int rank = 0; rank < n && free > 0; rank++) {
                credit[rank] += perRound[rank];
                while (credit[rank] > 0 && free > 0) {
                    credit[rank] -= weights;
                    int slot = next[rank];
                    while ((taken[slot >>> 6] & (1L << slot)) != 0) {
                        slot = step(slot, skip[rank]);
                    }
                    taken[slot >>> 6] |= 1L << slot;
                    next[rank] = step(slot, skip[rank]);
                    put(slot, rank);
                    free--;
                }
            }
        }
    }

    private int step(int slot, int skip) {
        int room = size - slot;
        return skip < room ? slot + skip : skip - room;
    }

    private void put(int slot, int rank) {
        char[] chars = narrow;
        if (chars != null) {
            chars[slot] = (char) rank;
        } else {
            wide[slot] = rank;
        }
    }

    /** Returns the rank of the member that a hash belongs to. Its upper 32 bits decide. */
    int at(long hash) {
        return rankAt((int) (((hash >>> 32) * size) >>> 32));
    }

    /** Returns the rank of the member that a slot belongs to. */
    int rankAt(int slot) {
        char[] chars = narrow;
        return chars != null ? chars[slot] : wide[slot];
    }

    int size() {
        return size;
    }

    /** Returns the next hash of a key, as <a href="https://doi.org/10.1145/2714064.2660195">SplitMix64</a> does. */
    static long rehash(long hash) {
        long next = hash + GOLDEN_GAMMA;
        next = (next ^ (next >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        next = (next ^ (next >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return next ^ (next >>> 31);
    }
}
