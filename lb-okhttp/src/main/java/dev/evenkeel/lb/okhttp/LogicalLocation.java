package dev.evenkeel.lb.okhttp;

import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a redirect to the logical host at the backend that gave it, where URLs are rewritten. OkHttp follows redirects below the
 * balancer: it would resolve the logical host, which need not exist, and leave out the {@code Authorization}.
 */
final class LogicalLocation {
    static final String LOCATION = "Location";
    static final String CACHE_CONTROL = "Cache-Control";

    /** What a changed answer is marked with that no cache may keep. */
    static final String NO_STORE = "no-store";

    private LogicalLocation() {}

    /** Returns an answer with the location that OkHttp is to follow. */
    static Response of(Call call, HttpUrl here, Response answer) {
        String location = answer.isRedirect() ? answer.header(LOCATION) : null;
        CallTracker tracker = location == null ? null : CallTracker.TAG.on(call);
        RewriteTarget target = tracker == null ? null : rewriting(tracker.current());
        if (location == null || tracker == null || target == null) {
            return answer;
        }
        HttpUrl to = here.resolve(location);
        if (to == null || !target.isLogical(to)) {
            return answer;
        }
        HttpUrl there = target.rewrite(to);
        String mapped = target.serves(here) ? below(there) : there.toString();
        String cacheControl = answer.header(CACHE_CONTROL);
        tracker.changes().moved(location, mapped, cacheControl);
        Response.Builder changed = answer.newBuilder().header(LOCATION, mapped);
        if (!target.serves(here)) {
            // What another host answered may be kept for calls that are not balanced, or at another backend.
            changed.header(CACHE_CONTROL, NO_STORE);
        }
        return changed.build();
    }

    /** Returns the target whose URLs an attempt has, or null if its URLs are logical. */
    private static @Nullable RewriteTarget rewriting(@Nullable TrackedAttempt current) {
        return current != null && current.target() instanceof RewriteTarget target ? target : null;
    }

    /** Returns the reference to a URL of the same server. It can be cached there, and shows no backend. */
    private static String below(HttpUrl url) {
        String path = url.encodedPath();
        if (path.startsWith("//")) {
            return url.toString(); // such a reference would be taken for one to another host
        }
        String query = url.encodedQuery();
        String fragment = url.encodedFragment();
        return path + (query == null ? "" : "?" + query) + (fragment == null ? "" : "#" + fragment);
    }
}
