package dev.evenkeel.lb.core.health;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells what is new of a member that is found again and again but stays in. For one thread at a time. */
final class Tidings {
    /** Who is not found for so long, although looked at, is found anew the next time. */
    private static final long CLEAN = TimeUnit.SECONDS.toNanos(10);

    /** Who has so little traffic that nobody looked at it for so long is found anew as well. */
    private static final long LONG_AGO = TimeUnit.MINUTES.toNanos(1);

    /** When it was last found; null if what comes next is new. */
    private @Nullable Long found;

    /** Takes in that it was found, and returns whether that is new. */
    boolean isNewsAt(long now) {
        Long last = found;
        found = now;
        return last == null || now - last >= LONG_AGO;
    }

    /** Takes in that it was looked at and not found. */
    void forgetAt(long now) {
        Long last = found;
        if (last != null && now - last >= CLEAN) {
            found = null;
        }
    }
}
