package dev.evenkeel.lb.okhttp;

import okhttp3.Call;
import okhttp3.Response;

/**
 * Keeps OkHttp from asking the same backend again when a 503 says {@code Retry-After: 0}, which it does for every method and
 * without being asked.
 */
final class HiddenRetryAfter {
    private static final String NAME = "Retry-After";

    private HiddenRetryAfter() {}

    /** Returns an answer without a header that OkHttp would act on. */
    static Response of(Call call, Response answer) {
        if (answer.code() != 503) {
            return answer;
        }
        CallTracker tracker = CallTracker.TAG.on(call);
        String value = answer.header(NAME);
        if (tracker == null || !tracker.decidesOnRepeats() || value == null || !isZero(value)) {
            return answer;
        }
        tracker.changes().hid(value);
        return answer.newBuilder().removeHeader(NAME).build();
    }

    private static boolean isZero(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> c == '0');
    }

    static Response restored(Response answer, String value) {
        Response network = answer.networkResponse();
        return answer.newBuilder()
                .header(NAME, value)
                .networkResponse(network == null ? null : with(network, value))
                .build();
    }

    private static Response with(Response network, String value) {
        return network.newBuilder().header(NAME, value).build();
    }
}
