package dev.evenkeel.examples.proxy;

import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What the parts below OkHttp's own rules must know of a forwarded request; it travels as the request's tag. */
final class Forwarding {
    /** Says that the client sent this request without a body, so its length keeps no place among the fields. */
    static final int NO_LENGTH = -1;

    final boolean userAgentSent;
    final boolean acceptEncodingSent;

    /** The place of Content-Length among the fields, which OkHttp moves to the end, or {@link #NO_LENGTH}. */
    final int lengthAt;

    /** The head of an answer that has no body whatever its fields say; written and read by the thread of the call. */
    @Nullable
    Response bodiless;

    Forwarding(boolean userAgentSent, boolean acceptEncodingSent, int lengthAt) {
        this.userAgentSent = userAgentSent;
        this.acceptEncodingSent = acceptEncodingSent;
        this.lengthAt = lengthAt;
    }
}
