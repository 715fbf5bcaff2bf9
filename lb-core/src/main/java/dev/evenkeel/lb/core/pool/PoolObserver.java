package dev.evenkeel.lb.core.pool;

import org.jspecify.annotations.Nullable;

/** Hears of what may change who can be picked, and knows more than the pool when nobody can. Safe for many threads. */
public interface PoolObserver {
    /** Nobody listens. */
    PoolObserver NONE = new PoolObserver() {
        @Override
        public void changed() {}

        @Override
        public @Nullable String whyNone() {
            return null;
        }
    };

    /** A gate, a weight or a member has changed, or a member was judged for the first time. Called outside every lock; must be short. */
    void changed();

    /** Returns what the exception of a call that found nobody should add, as a phrase that can follow a colon, or null. */
    @Nullable
    String whyNone();
}
