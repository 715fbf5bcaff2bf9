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

    /** What the phase had beyond a whole step, so that a round of one step in between loses nothing. */
    private final double remainder;

    private Turns(Cursor cursor, Backend[] sequence, int offset, double remainder) {
        this.cursor = cursor;
        this.sequence = sequence;
        this.offset = offset;
        this.remainder = remainder;
    }

    /** Goes round where the cursor happens to stand. */
    static Turns of(Cursor cursor, Backend[] sequence) {
        return new Turns(cursor, sequence, 0, 0);
    }

    /** Goes round so that it is in the given phase at the given ticket. */
    static Turns at(Cursor cursor, Backend[] sequence, long ticket, double phase) {
        double place = phase * sequence.length;
        int step = (int) (place + ROUNDING);
        int offset = (int) Math.floorMod(step - Math.floorMod(ticket, (long) sequence.length), (long) sequence.length);
        return new Turns(cursor, sequence, offset, Math.max(0, place - step));
    }

    @Override
    public Backend select(Attempt attempt) {
        return sequence[step(cursor.next())];
    }

    private int step(long ticket) {
        // The cursor passes Long.MAX_VALUE into the negative numbers, where % alone would leave the sequence. The
        // offset
        // comes after the modulo, so that it cannot overflow before the cursor does.
        int step = (int) Math.floorMod(ticket, (long) sequence.length) + offset;
        return step < sequence.length ? step : step - sequence.length;
    }

    @Override
    public double phase(long ticket) {
        return (step(ticket) + remainder) / sequence.length;
    }
}
