package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.api.Selector;

/** A selector that goes round with a {@link Cursor}. */
interface Rhythm extends Selector {
    /**
     * Returns how much of the round is done when the cursor is at a ticket.
     *
     * @return 0 up to, but not including, 1
     */
    double phase(long ticket);
}
