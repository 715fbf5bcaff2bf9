package dev.evenkeel.lb.api;

import java.util.Locale;

/** What a backend is allowed to do, by whoever has the last word on it. */
public enum BackendState {
    /** In rotation. */
    UP,
    /** Out of rotation because its probes fail, or because none has passed yet. */
    DOWN,
    /** Out of rotation because too many attempts on it failed. Its probes may pass all the same. */
    EJECTED,
    /** Out of rotation because an operator said so. */
    DRAINING,
    /** Removed from the set, with calls still in flight. */
    LEAVING;

    /** Returns the word for a sentence: {@code up}, {@code down}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
