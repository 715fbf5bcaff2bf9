package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;

/**
 * Takes turns through the columns of an {@link AliasTable}, and looks at each a golden ratio of its height above where it
 * looked in the round before: per column the Weyl sequence whose points are spread most evenly, {@code frac(round *
 * 0.618...)}. Columns in a row are looked at 0.414... apart, so that those who share one place's surplus do not all give
 * it in the same rounds. See M. Roberts, <a
 * href="https://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/">The unreasonable
 * effectiveness of quasirandom sequences</a>. In 64-bit arithmetic, where the whole part falls off by itself.
 *
 * <p>How far a backend gets from its share, at the worst over 2,000,000 picks: with weights from 1 to 1,000,000, 5 picks
 * with 2 backends, 9 with 10 or 100, 8 with 1,000, 6 with 10,000. With weights that fall as 1, 1/2, 1/3 and so on, where the
 * first backends hold parts of nearly all columns: 25 with 100 backends, 52 with 1,000, 171 with 10,000, and 73 if the
 * heavy ones do not all stand in front; one heavy backend beside 10,000 light ones is 190 off. Random picks would be off
 * by hundreds to thousands.
 *
 * <p>The columns are in the order of the backends, so that the processor can foresee which memory comes next as it can in
 * plain round robin.
 */
final class GoldenRounds implements Rhythm {
    /** 2<sup>64</sup> times (&radic;5 - 1) / 2. */
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private static final double SILVER = Math.sqrt(2) - 1;

    private final Cursor cursor;
    private final Turns columns;
    private final AliasTable table;
    private final Backend[] backends;

    /** How much higher each ticket looks than the one before: as many tickets as there are columns add up to the golden ratio. */
    private final long rise;

    private GoldenRounds(Cursor cursor, Turns columns, AliasTable table, Backend[] backends) {
        this.cursor = cursor;
        this.columns = columns;
        this.table = table;
        this.backends = backends;
        int n = backends.length;
        this.rise = Long.divideUnsigned(-1, n) * Math.round(n * SILVER) + Long.divideUnsigned(GOLDEN, n);
    }

    /** Goes round where the cursor happens to stand. */
    static GoldenRounds of(Cursor cursor, Weights weights, Backend[] backends) {
        return new GoldenRounds(cursor, Turns.of(cursor, backends), table(weights), backends);
    }

    /** Goes round so that it is in the given phase at the given ticket. */
    static GoldenRounds at(Cursor cursor, Weights weights, Backend[] backends, long ticket, double phase) {
        return new GoldenRounds(cursor, Turns.at(cursor, backends, ticket, phase), table(weights), backends);
    }

    private static AliasTable table(Weights weights) {
        return AliasTable.of(weights, stride(weights.each().length));
    }

    /** Returns the number next to the golden ratio of a length that has no divisor in common with it. */
    private static int stride(int length) {
        int stride = Math.max(1, (int) (length * 0.618_033_988_749_895));
        while (divisor(length, stride) > 1) {
            stride--;
        }
        return stride;
    }

    private static int divisor(int a, int b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    @Override
    public Backend select(Attempt attempt) {
        long ticket = cursor.next();
        return backends[table.place(columns.step(ticket), ticket * rise)];
    }

    @Override
    public double phase(long ticket) {
        return columns.phase(ticket);
    }
}
