package dev.evenkeel.lb.core.membership;

import org.jspecify.annotations.Nullable;

/** Lets something happen at most once in a given time. Not safe for many threads. */
final class Pace {
    private final long spacingNanos;
    private @Nullable Long last;

    Pace(long spacingNanos) {
        this.spacingNanos = spacingNanos;
    }

    /** Returns in how many nanoseconds it may happen again; 0 for now. */
    long waitNanos(long now) {
        Long before = last;
        return before == null ? 0 : Math.max(0, spacingNanos - (now - before));
    }

    /** Takes note that it happens now. */
    void happens(long now) {
        last = now;
    }

    /** Lets it happen now, whatever was before. */
    void reset() {
        last = null;
    }
}
