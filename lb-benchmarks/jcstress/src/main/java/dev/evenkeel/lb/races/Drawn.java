package dev.evenkeel.lb.races;

import java.util.Arrays;
import java.util.function.LongSupplier;

/** What two threads drew, each on its own. Few enough draws for every interleaving to be seen, enough for a split. */
final class Drawn {
    static final int EACH = 8;

    private final long[] first = new long[EACH];
    private final long[] second = new long[EACH];

    void byFirst(LongSupplier tickets) {
        Arrays.setAll(first, any -> tickets.getAsLong());
    }

    void bySecond(LongSupplier tickets) {
        Arrays.setAll(second, any -> tickets.getAsLong());
    }

    private long[] sorted() {
        long[] all = Arrays.copyOf(first, 2 * EACH);
        System.arraycopy(second, 0, all, EACH, EACH);
        Arrays.sort(all);
        return all;
    }

    /** Returns how many tickets were given that had been given before. */
    int twice() {
        return (int) (2 * EACH - Arrays.stream(sorted()).distinct().count());
    }

    /** Returns how often a number was drawn. */
    int count(long number) {
        return (int) Arrays.stream(sorted()).filter(each -> each == number).count();
    }

    /** Returns how many runs of tickets without a gap there are: one for each counter that was drawn from. */
    int runs() {
        long[] all = sorted();
        int runs = 1;
        for (int i = 1; i < all.length; i++) {
            runs += all[i] - all[i - 1] > 1 ? 1 : 0;
        }
        return runs;
    }
}
