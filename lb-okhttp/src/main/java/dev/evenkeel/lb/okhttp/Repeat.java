package dev.evenkeel.lb.okhttp;

/**
 * Whether one call may be made again, whatever its method says: {@code new Request.Builder().tag(Repeat.class,
 * Repeat.NEVER)}.
 */
public enum Repeat {
    /** The call is made once, also where it provably never left. */
    NEVER,
    /**
     * The call may be repeated, as with an {@code Idempotency-Key} header. With a body that can be written only once it
     * fails with an {@link java.io.IOException}, while retries are on.
     */
    ALLOWED
}
