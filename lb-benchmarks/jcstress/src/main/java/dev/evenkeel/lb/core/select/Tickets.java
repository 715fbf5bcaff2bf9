package dev.evenkeel.lb.core.select;

/** Opens the cursor, which its package keeps to itself, to the races. */
public final class Tickets {
    private final Cursor cursor;

    private Tickets(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Counts from 0 on at most so many stripes. */
    public static Tickets onStripes(int most) {
        return new Tickets(Cursor.startingAt(0, most));
    }

    /** Draws a ticket. */
    public long next() {
        return cursor.next();
    }

    /** Returns how many tickets the first stripe has given. */
    public long givenByTheFirst() {
        return cursor.here();
    }

    /** Returns how many stripes there are. */
    public int stripes() {
        return cursor.width();
    }
}
