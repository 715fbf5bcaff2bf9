package dev.evenkeel.lb.api;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a policy may know of the attempt that it picks a backend for. Immutable.
 *
 * <p>Most attempts are {@link #PLAIN}. One that carries a {@linkplain #keyed key} goes where other attempts with the same
 * key go, if the policy hashes; one that carries a {@linkplain #sticking token} goes back to the backend that the token
 * was issued for, if the policy is sticky. Other policies look at neither. One that {@linkplain #excluding excludes}
 * backends, since it was tried there already, is given none of them, whatever the policy.
 */
public final class Attempt {
    private static final Backend[] NONE = {};

    /** An attempt of which nothing is known. */
    public static final Attempt PLAIN = new Attempt(false, 0, null, null, NONE);

    private static final Attempt REPEATABLE = new Attempt(false, 0, null, true, NONE);

    private static final Attempt NOT_REPEATABLE = new Attempt(false, 0, null, false, NONE);

    private static final long FNV_OFFSET = 0xCBF2_9CE4_8422_2325L;
    private static final long FNV_PRIME = 0x0000_0100_0000_01B3L;

    private final boolean keyed;
    private final long hash;
    private final @Nullable String token;

    /** Where it must not go. The array is never written. */
    private final Backend[] tried;

    /** Null if nobody has said. */
    private final @Nullable Boolean repeatable;

    private Attempt(boolean keyed, long hash, @Nullable String token, @Nullable Boolean repeatable, Backend[] tried) {
        this.keyed = keyed;
        this.hash = hash;
        this.token = token;
        this.repeatable = repeatable;
        this.tried = tried;
    }

    /**
     * Returns an attempt for a key, such as a user or the path of a resource. The key is hashed here and not kept.
     *
     * @param key any text; null and empty are no key, since what is missing must not all go to one place
     */
    public static Attempt keyed(@Nullable String key) {
        return PLAIN.withKey(key);
    }

    /**
     * Returns an attempt that should go where its token points.
     *
     * @param token what a sticky policy issued, as it came back; null or empty if nothing did. May be anything: it comes
     *     from outside
     */
    public static Attempt sticking(@Nullable String token) {
        return token == null || token.isEmpty() ? PLAIN : new Attempt(false, 0, token, null, NONE);
    }

    /** Returns the same attempt with another key, see {@link #keyed(String)}. */
    public Attempt withKey(@Nullable String key) {
        return key == null || key.isEmpty()
                ? new Attempt(false, 0, token, repeatable, tried)
                : new Attempt(true, hash(key), token, repeatable, tried);
    }

    /**
     * Returns the same attempt, marked as one that may be made a second time without harm, or not. A backend that is
     * tried again after an ejection is given such an attempt rather than another. Default: not, and nothing
     * {@linkplain #saysIfRepeatable said}.
     */
    public Attempt repeatable(boolean mayRepeat) {
        if (saysIfRepeatable() && mayRepeat == isRepeatable()) {
            return this;
        }
        if (this == PLAIN) {
            return mayRepeat ? REPEATABLE : NOT_REPEATABLE;
        }
        return new Attempt(keyed, hash, token, mayRepeat, tried);
    }

    /** Tells whether this may be made a second time without harm. */
    public boolean isRepeatable() {
        return repeatable != null && repeatable;
    }

    /** Tells whether somebody has said that this is {@linkplain #repeatable repeatable}, or that it is not. */
    public boolean saysIfRepeatable() {
        return repeatable != null;
    }

    /**
     * Returns the same attempt, which goes to none of the given backends, nor to those that it excludes already. Without
     * another one that is usable, {@link LoadBalancer#acquire(Attempt)} fails, and says so.
     *
     * @param backends where it was tried before, as the leases or the requests tell
     */
    public Attempt excluding(Backend... backends) {
        if (backends.length == 0) {
            return this;
        }
        Backend[] all = Arrays.copyOf(tried, tried.length + backends.length);
        for (int i = 0; i < backends.length; i++) {
            all[tried.length + i] = Objects.requireNonNull(backends[i], "backend");
        }
        return new Attempt(keyed, hash, token, repeatable, all);
    }

    /** Returns the backends that this goes to no more, in the order in which they were excluded. */
    public List<Backend> tried() {
        return List.of(tried);
    }

    /** Tells whether this must not go to a backend. Costs a look at a length where nothing is excluded. */
    public boolean excludes(Backend backend) {
        return tried.length != 0 && contains(tried, backend);
    }

    /** By endpoint, since a backend that was removed and added again is another object and the same server. */
    private static boolean contains(Backend[] tried, Backend backend) {
        for (Backend one : tried) {
            if (one == backend || one.endpoint().equals(backend.endpoint())) {
                return true;
            }
        }
        return false;
    }

    /** Tells whether this excludes any backend. */
    public boolean excludesAny() {
        return tried.length != 0;
    }

    /** Tells whether there is a key. */
    public boolean isKeyed() {
        return keyed;
    }

    /**
     * Returns the hash of the key, or 0 without one. The same key has the same hash in every process and every release, so
     * that all clients of a service agree on who serves it.
     */
    public long hash() {
        return hash;
    }

    /** Returns the token of a sticky policy, or null. */
    public @Nullable String token() {
        return token;
    }

    /**
     * Hashes a text: <a href="http://www.isthe.com/chongo/tech/comp/fnv/">FNV-1a</a> over its UTF-16 code units, then
     * the finalizer of <a href="https://doi.org/10.1145/2714064.2660195">SplitMix64</a>, because FNV alone leaves the
     * upper bits of short texts nearly the same.
     *
     * @return any long, the same in every process and every release
     */
    public static long hash(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        hash = (hash ^ (hash >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return hash ^ (hash >>> 31);
    }

    @Override
    public String toString() {
        String key = keyed ? "keyed " + Long.toHexString(hash) : "plain";
        return key
                + (token == null ? "" : ", sticking")
                + (isRepeatable() ? ", repeatable" : "")
                + (tried.length == 0 ? "" : ", not to " + Arrays.toString(tried));
    }
}
