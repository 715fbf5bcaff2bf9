package dev.evenkeel.lb.api;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why something changed, and what was before. Immutable.
 *
 * @param reason a phrase that can follow a colon; empty if the kind of the event says it all
 * @param cause what was thrown, or null
 * @param before the state that the change has ended, or null if it has ended none
 * @param flags what else is to be known; never changes
 */
public record Change(
        String reason, @Nullable Throwable cause, @Nullable Before before, Set<Flag> flags) {
    /** What else is to be known of a change. */
    public enum Flag {
        /** The first verdict ever on the backend made the change, so the thresholds had no part in it. */
        FIRST_CHECK,
        /**
         * The change has begun and is not over: a drain or a leave with calls in flight, or a backend that is down
         * without ever having passed a probe, which goes on being probed at the transition interval.
         */
        PENDING,
        /**
         * The picks see no difference: the backend is kept out for another reason as well, or it is used in any case,
         * because its health is ignored at that moment or a rule keeps it from being ejected.
         */
        NOT_ENFORCED;

        /** Returns the words for a sentence: {@code first check}, {@code not enforced}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * The state that a change has ended.
     *
     * @param state which it was
     * @param lasted for how long, by the monotonic clock
     */
    public record Before(BackendState state, Duration lasted) {
        /** Checks that nothing is missing. */
        public Before {
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(lasted, "lasted");
        }

        /** Returns a phrase, such as {@code was up for 5 min}. */
        @Override
        public String toString() {
            return "was " + state + " for " + Durations.text(lasted);
        }
    }

    /** Takes a copy of the flags. */
    public Change {
        Objects.requireNonNull(reason, "reason");
        Set<Flag> copy = EnumSet.noneOf(Flag.class);
        copy.addAll(flags);
        flags = Collections.unmodifiableSet(copy);
    }

    /** A change of which only the reason is known. */
    public static Change because(String reason) {
        return because(reason, null);
    }

    /** A change for the given reason, and because of what was thrown. */
    public static Change because(String reason, @Nullable Throwable cause) {
        return new Change(reason, cause, null, Set.of());
    }

    /** Returns the same with one more flag. */
    public Change with(Flag flag) {
        Set<Flag> more = EnumSet.of(flag);
        more.addAll(flags);
        return new Change(reason, cause, before, more);
    }

    /** Returns the same with the flag if the condition holds. */
    public Change with(Flag flag, boolean condition) {
        return condition ? with(flag) : this;
    }

    /** Returns the same with what was before. */
    public Change after(Before ended) {
        return new Change(reason, cause, ended, flags);
    }

    /** Tells whether a flag is set. */
    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
