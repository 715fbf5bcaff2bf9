package dev.evenkeel.lb.okhttp;

import static dev.evenkeel.lb.okhttp.LogicalLocation.CACHE_CONTROL;
import static dev.evenkeel.lb.okhttp.LogicalLocation.LOCATION;
import static dev.evenkeel.lb.okhttp.LogicalLocation.NO_STORE;

import java.util.HashMap;
import java.util.Map;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What {@link FollowUpInterceptor} changed in the answers to one attempt. On the thread of the call. */
final class AnswerChanges {
    /** The location as the server wrote it, by what it was changed to. */
    private final Map<String, Original> originals = new HashMap<>();

    /** What {@link HiddenRetryAfter} took from the latest answer; null for nothing. */
    private @Nullable String retryAfter;

    private record Original(String location, @Nullable String cacheControl) {}

    /** The latest answer has lost its Retry-After. */
    void hid(String value) {
        retryAfter = value;
    }

    /**
     * An answer has another location than the server wrote.
     *
     * @param cacheControl what the server wrote beside it, which may have been changed too; null for nothing
     */
    void moved(String location, String mapped, @Nullable String cacheControl) {
        originals.put(mapped, new Original(location, cacheControl));
    }

    /** Returns the answer that ends the attempt, and those before it, as the servers wrote them. */
    Response restored(Response answer) {
        Response shown = retryAfter == null ? answer : HiddenRetryAfter.restored(answer, retryAfter);
        return originals.isEmpty() ? shown : placedBack(shown);
    }

    private Response placedBack(Response answer) {
        Response prior = answer.priorResponse();
        Response network = answer.networkResponse();
        return one(answer)
                .networkResponse(network == null ? null : one(network).build())
                .priorResponse(prior == null ? null : placedBack(prior))
                .build();
    }

    private Response.Builder one(Response answer) {
        Response.Builder builder = answer.newBuilder();
        String location = answer.header(LOCATION);
        Original original = location == null ? null : originals.get(location);
        if (original == null) {
            return builder;
        }
        builder.header(LOCATION, original.location);
        if (answer.header(CACHE_CONTROL, "").equals(NO_STORE)) {
            builder.removeHeader(CACHE_CONTROL);
            if (original.cacheControl != null) {
                builder.header(CACHE_CONTROL, original.cacheControl);
            }
        }
        return builder;
    }
}
