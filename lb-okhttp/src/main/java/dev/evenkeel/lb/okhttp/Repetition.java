package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** What a request says of being sent twice. */
final class Repetition {
    private static final String KEY = "Idempotency-Key";
    private static final CallTag<Repeat> REPEAT = CallTag.of(Repeat.class);

    private Repetition() {}

    /** Tells whether a request that may have arrived may be sent again. */
    static boolean isAllowed(Request request) {
        if (!isReplayable(request.body())) {
            return false;
        }
        Repeat told = REPEAT.on(request);
        if (told != null) {
            return told == Repeat.ALLOWED;
        }
        return isIdempotent(request.method()) || request.header(KEY) != null;
    }

    /** Idempotent by RFC 9110. */
    private static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** Tells whether a body can be written again, or there is none. */
    static boolean isReplayable(@Nullable RequestBody body) {
        return body == null || !(body.isOneShot() || body.isDuplex());
    }

    /** Tells whether a request is to be sent once, also where it provably never left. */
    static boolean isForbidden(Request request) {
        return REPEAT.on(request) == Repeat.NEVER;
    }

    /**
     * @throws IOException if the request asks for what its body cannot do
     */
    static void check(Request request) throws IOException {
        if (!isReplayable(request.body()) && REPEAT.on(request) == Repeat.ALLOWED) {
            throw new IOException(
                    "a request with the tag Repeat.ALLOWED must have a body that can be written again, was "
                            + request.body() + ", one-shot or duplex; leave out the tag, or give a body of bytes");
        }
    }
}
