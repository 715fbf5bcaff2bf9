package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import java.util.Objects;
import java.util.function.Function;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a policy may know of a call, such as the key that {@link dev.evenkeel.lb.core.select.ConsistentHash} hashes.
 *
 * <pre>{@code
 * Evenkeel.wrapping(client).balancers(orders).attempts(AttemptSource.keyedByHeader("X-User")).build();
 * }</pre>
 *
 * <p>It sees the request as it comes to the balancer, with the logical URL and what interceptors outside have added, and
 * is not asked for a request that has an {@link Attempt} as its tag: {@code .tag(Attempt.class, Attempt.keyed(userId))}.
 *
 * <p>It runs on the thread of the call, for many calls at a time, so it must be safe for that and should not block. What
 * it throws ends the call with an {@link java.io.IOException} that says so, before a backend is picked: a call that went
 * anywhere instead would hide the mistake.
 */
@FunctionalInterface
public interface AttemptSource {
    /** Returns what is known of a call; null if nothing is, which is the same as {@link Attempt#PLAIN}. */
    @Nullable
    Attempt of(Request request);

    /**
     * Takes the value of a request header as the key, the last one if there are several. Without the header, or if it is
     * empty, there is no key.
     *
     * @throws IllegalArgumentException if this cannot be the name of a header
     */
    static AttemptSource keyedByHeader(String name) {
        String checked = HttpToken.require("header", name);
        return keyedBy(request -> request.header(checked));
    }

    /**
     * Takes the value of a cookie as the key, the first one if there are several. Without the cookie, or if it is empty,
     * there is no key. Only a {@code Cookie} header of the request counts, as a proxy passes it on: the client's cookie
     * jar works below the balancer and adds its cookies when the backend is picked already.
     *
     * @param name upper and lower case differ
     * @throws IllegalArgumentException if this cannot be the name of a cookie
     */
    static AttemptSource keyedByCookie(String name) {
        String prefix = HttpToken.require("cookie", name) + "=";
        return keyedBy(request -> {
            for (String header : request.headers("Cookie")) {
                for (int from = 0; from < header.length(); ) {
                    int semicolon = header.indexOf(';', from);
                    int end = semicolon < 0 ? header.length() : semicolon;
                    String pair = header.substring(from, end).trim();
                    if (pair.startsWith(prefix)) {
                        return pair.substring(prefix.length());
                    }
                    from = end + 1;
                }
            }
            return null;
        });
    }

    /** Takes the path of the logical URL as the key, as it is encoded and without the query. */
    static AttemptSource keyedByPath() {
        return keyedBy(request -> request.url().encodedPath());
    }

    /**
     * Takes what a function says as the key.
     *
     * @param key may return null or an empty text for a request that has none
     */
    static AttemptSource keyedBy(Function<? super Request, @Nullable String> key) {
        Objects.requireNonNull(key, "key");
        return request -> Attempt.keyed(key.apply(request));
    }
}
