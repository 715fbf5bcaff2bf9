package dev.evenkeel.lb.core.retry;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Keeps a {@link RetryBudget}: a bucket of tokens that expire. Safe for many threads; takes no lock and allocates nothing.
 * Time is a parameter, in nanoseconds of any one monotonic clock.
 *
 * <p>The time to live is cut in ten windows. Each has one word, with the number of the window and what was paid in less what
 * was taken out in it; the balance is the sum of the last ten and the reserve. A word is used again for the window ten
 * later, so what is in it expires as a whole: a token lives between nine and ten tenths of the time to live, and a debt as
 * long as the tokens that were paid in with it.
 *
 * <p>To take is to write the debt first and then to look whether the balance has held: whoever writes last sees all the
 * others, so that threads together never take more than there is. They may then all give back what one of them could have
 * had, at the very last token.
 */
public final class RetryTokens {
    private static final int WINDOWS = 10;

    /** One extra attempt costs so much, and a call pays in the percentage: integers, in which nothing is lost. */
    private static final int COST = 100;

    private final int deposit;
    private final long reserve;
    private final long windowNanos;
    private final long startNanos;

    /** By number of the window modulo ten: the number in the upper half, the signed sum in the lower. */
    private final AtomicLongArray windows = new AtomicLongArray(WINDOWS);

    RetryTokens(RetryBudget budget, long startNanos) {
        this.startNanos = startNanos;
        this.deposit = budget.percent();
        this.reserve = budget.floorPerSecond() * budget.ttl().toNanos() / 1_000_000_000L * COST;
        this.windowNanos = budget.ttl().toNanos() / WINDOWS;
    }

    /** A call is made, so that a part of an extra attempt may be. */
    public void deposit(long nowNanos) {
        if (deposit > 0) {
            add(windowAt(nowNanos), deposit);
        }
    }

    /** Tells whether an extra attempt may be made by now, without taking anything. */
    public boolean hasAny(long nowNanos) {
        return balance(windowAt(nowNanos)) >= COST;
    }

    /** Takes the tokens for one extra attempt. Returns false, and takes nothing, if there are not enough. */
    public boolean tryWithdraw(long nowNanos) {
        long window = windowAt(nowNanos);
        if (balance(window) < COST) {
            return false;
        }
        add(window, -COST);
        if (balance(window) >= 0) {
            return true;
        }
        add(window, COST);
        return false;
    }

    private long windowAt(long nowNanos) {
        return Math.floorDiv(nowNanos - startNanos, windowNanos);
    }

    private void add(long window, int amount) {
        int slot = Math.floorMod(window, WINDOWS);
        int number = (int) window; // counts round after 2^32 windows, which are 13 years at least
        while (true) {
            long before = windows.get(slot);
            int held = numberOf(before);
            long after;
            if (held - number > 0) {
                after = word(held, (long) sumOf(before) + amount); // a thread that read the clock long ago
            } else {
                after = word(number, held == number ? (long) sumOf(before) + amount : amount);
            }
            if (windows.compareAndSet(slot, before, after)) {
                return;
            }
        }
    }

    private long balance(long window) {
        long sum = reserve;
        for (int slot = 0; slot < WINDOWS; slot++) {
            long word = windows.get(slot);
            int age = (int) window - numberOf(word);
            // Below 0 for a thread that read the clock a while ago; what others have taken since counts.
            if (age < WINDOWS && age > -WINDOWS) {
                sum += sumOf(word);
            }
        }
        return sum;
    }

    private static int numberOf(long word) {
        return (int) (word >>> 32);
    }

    private static int sumOf(long word) {
        return (int) word;
    }

    private static long word(int number, long sum) {
        long held = Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, sum));
        return ((long) number << 32) | (held & 0xFFFF_FFFFL);
    }

    @Override
    public String toString() {
        return "retry tokens, " + deposit + " % of the calls and a reserve of " + reserve / COST;
    }
}
