package dev.evenkeel.lb.core.select;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A counter on cache lines of its own. Classes rather than one list of fields, because the machine may reorder the
 * fields of a class, but puts those of a superclass first. 120 bytes on each side, as processors fetch lines of 64 bytes
 * in pairs.
 */
final class Padding {
    private Padding() {}

    /** Keeps what lies in front away. */
    static class Front {
        long f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15;
    }

    /** The counter. */
    static class Counter extends Front {
        private static final VarHandle TICKET;

        static {
            try {
                TICKET = MethodHandles.lookup().findVarHandle(Counter.class, "ticket", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** The ticket that is given next; passes {@link Long#MAX_VALUE} into the negative numbers. */
        private volatile long ticket;

        /** The ticket at which two threads last met here. Written by those who met, in any order. */
        private volatile long met;

        Counter(long start, long met) {
            this.ticket = start;
            this.met = met;
        }

        /** Returns the ticket that is given next. */
        final long ticket() {
            return ticket;
        }

        /** Gives a ticket; each is given once. */
        final long take() {
            return (long) TICKET.getAndAdd(this, 1L);
        }

        final long met() {
            return met;
        }

        final void met(long at) {
            met = at;
        }
    }

    /** Keeps what lies behind away. */
    static class Stripe extends Counter {
        long b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15;

        Stripe(long start, long met) {
            super(start, met);
        }
    }
}
