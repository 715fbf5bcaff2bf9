package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Keeps OkHttp from asking the same backend again when a 503 says {@code Retry-After: 0}, which it does for every method and
 * without being asked. Stands outside of the other network interceptors, and {@link BalancedCall} puts back what it took.
 */
final class HiddenRetryAfter implements Interceptor {
    private static final String NAME = "Retry-After";

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response answer = chain.proceed(chain.request());
        if (answer.code() != 503) {
            return answer;
        }
        CallTracker tracker = CallTracker.TAG.on(chain.call());
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
