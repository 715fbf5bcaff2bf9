package dev.evenkeel.lb.okhttp;

import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Gives a third host, to which a redirect leads, its own name in the Host header. OkHttp would keep a Host header of the
 * caller's, which is meant for the backends, and it leads astray behind any server that goes by it.
 */
final class OwnHost {
    private static final String HOST = "Host";

    private OwnHost() {}

    /**
     * Returns a request as it is to be sent.
     *
     * @param tracker of its call; null if that is not balanced
     */
    static Request of(@Nullable CallTracker tracker, Request request) {
        TrackedAttempt current = tracker == null ? null : tracker.current();
        if (current == null || !current.isElsewhere()) {
            return request;
        }
        String own = authority(request.url());
        return own.equals(request.header(HOST))
                ? request
                : request.newBuilder().header(HOST, own).build();
    }

    /** Returns host and port, that one unless the scheme implies it. */
    private static String authority(HttpUrl url) {
        String host = url.host().indexOf(':') < 0 ? url.host() : "[" + url.host() + "]";
        return url.port() == HttpUrl.defaultPort(url.scheme()) ? host : host + ":" + url.port();
    }
}
