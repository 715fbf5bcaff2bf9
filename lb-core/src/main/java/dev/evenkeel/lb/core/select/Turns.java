package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;

/** Goes round a sequence, one step per ticket. */
final class Turns implements Rhythm {
    /** What arithmetic on fractions may be off by; far less than one step of the longest sequence. */
    private static final double ROUNDING = 1e-9;

    private final Cursor cursor;
    private final Backend[] sequence;

    /** How far the sequence is turned, from 0 to less than its length. */
    private final int offset;

    /** 2<sup>64</sup> over the length, rounded down; for a length of 2 one less, to be a positive long. */
    private final long inverse;

    /** All bits but the sign; none for a sequence of one, whose inverse would be no long. */
    private final long mask;

    /** What the phase had beyond a whole step, so that a round of one step in between loses nothing. */
    private final double remainder;

    private Turns(Cursor cursor, Backend[] sequence, int offset, double remainder) {
        this.cursor = cursor;
        this.sequence = sequence;
        this.offset = offset;
        this.remainder = remainder;
        this.inverse = sequence.length < 3 ? Long.MAX_VALUE : Long.divideUnsigned(-1, sequence.length);
        this.mask = sequence.length == 1 ? 0 : Long.MAX_VALUE;
    }

    /** Goes round where the cursor happens to stand. */
    static Turns of(Cursor cursor, Backend[] sequence) {
        return new Turns(cursor, sequence, 0, 0);
    }

    /** Goes round so that it is in the given phase at the given ticket. */
    static Turns at(Cursor cursor, Backend[] sequence, long ticket, double phase) {
        double place = phase * sequence.length;
        int step = (int) (place + ROUNDING);
        int offset = (int) Math.floorMod(step - (ticket & Long.MAX_VALUE) % sequence.length, (long) sequence.length);
        return new Turns(cursor, sequence, offset, Math.max(0, place - step));
    }

    @Override
    public Backend select(Attempt attempt) {
        return sequence[step(cursor.next())];
    }

    /**
     * Returns the place of a ticket: its remainder by the length, found with a multiplication, which takes half the time of
     * a division. The quotient comes out right or one too small, because the inverse was rounded down.
     *
     * <p>A ticket without its sign goes on counting up where {@link Long#MAX_VALUE} passes into the negative numbers, but
     * for one jump. The offset is added before, and may cause that jump a little sooner.
     */
    int step(long ticket) {
        long unsigned = (ticket + offset) & mask;
        int step = (int) (unsigned - Math.multiplyHigh(unsigned, inverse) * sequence.length);
        return step < sequence.length ? step : step - sequence.length;
    }

    @Override
    public double phase(long ticket) {
        return (step(ticket) + remainder) / sequence.length;
    }
}
