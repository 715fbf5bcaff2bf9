package dev.evenkeel.lb.core.select;

import dev.evenkeel.lb.core.select.Padding.Stripe;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Gives tickets that count up by one. Safe for many threads; wait-free; allocates only when it grows.
 *
 * <p>All threads draw from one counter, in one exact order, for as long as they do not get into each other's way. A
 * thread that finds that another took a ticket between its own look at the counter and its own increment has met that
 * one; two meetings within {@value #NEAR} tickets are contention, and the counter is split in two, which are split again
 * if they are contended, up to four stripes for each processor. Each stripe counts on its own from a random place, and a
 * thread keeps to the stripe that its id points to. So each stripe stays exact, and the tickets of {@code k} stripes
 * together give each of {@code n} backends its share within {@code k}.
 *
 * <p>The idea is that of {@link java.util.concurrent.atomic.LongAdder}, after <a
 * href="https://doi.org/10.1145/285055.285069">Herlihy, Lim and Shavit, Scalable concurrent counting</a>. Unlike there, no
 * attempt fails and is repeated, and one chance meeting costs no order.
 */
final class Cursor extends Stripe {
    /** Meetings that are further apart than this are chance: threads with work to do between picks. */
    static final int NEAR = 16;

    private static final int PER_PROCESSOR = 4;
    private static final int MOST_STRIPES = 256;

    /** 2<sup>64</sup> over the golden ratio: spreads ids in a row as far apart as can be. */
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Cursor, Stripe[]> STRIPES =
            AtomicReferenceFieldUpdater.newUpdater(Cursor.class, Stripe[].class, "stripes");

    private final int most;

    /** A power of two of stripes, this cursor among them; null while it is the only one. Only grows. */
    private volatile Stripe @Nullable [] stripes;

    private Cursor(long start, int most) {
        super(start, start - NEAR);
        this.most = most;
    }

    /** Returns a cursor whose first ticket is given. */
    static Cursor startingAt(long ticket) {
        return new Cursor(ticket, mostStripes(Runtime.getRuntime().availableProcessors()));
    }

    /** Returns a cursor with a limit of stripes, a power of two. */
    static Cursor startingAt(long ticket, int mostStripes) {
        return new Cursor(ticket, mostStripes);
    }

    static int mostStripes(int processors) {
        return Math.min(MOST_STRIPES, Integer.highestOneBit(PER_PROCESSOR * processors));
    }

    /** Gives the next ticket; any long. */
    long next() {
        Stripe[] spread = stripes;
        Stripe home = spread == null ? this : spread[home(Thread.currentThread().getId(), spread.length)];
        long expected = home.ticket();
        long ticket = home.take();
        if (ticket != expected) {
            meet(home, ticket, spread);
        }
        return ticket;
    }

    /** Returns the ticket that the first stripe gives next. */
    long here() {
        return ticket();
    }

    /** Returns how many stripes there are. */
    int width() {
        Stripe[] spread = stripes;
        return spread == null ? 1 : spread.length;
    }

    private static int home(long id, int stripes) {
        return (int) ((id * GOLDEN) >>> (Long.numberOfLeadingZeros(stripes) + 1));
    }

    private void meet(Stripe at, long ticket, Stripe @Nullable [] spread) {
        int width = spread == null ? 1 : spread.length;
        if (width >= most) {
            return;
        }
        long last = at.met();
        at.met(ticket);
        if (ticket - last < NEAR) {
            split(spread, width);
        }
    }

    /** Each stripe keeps half of its threads. Who comes second has nothing left to do. */
    private void split(Stripe @Nullable [] spread, int width) {
        Stripe[] wider = new Stripe[2 * width];
        for (int i = 0; i < width; i++) {
            long start = ThreadLocalRandom.current().nextLong();
            wider[2 * i] = spread == null ? this : spread[i];
            wider[2 * i + 1] = new Stripe(start, start - NEAR);
        }
        STRIPES.compareAndSet(this, spread, wider);
    }
}
