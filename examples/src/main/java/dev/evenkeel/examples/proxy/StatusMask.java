package dev.evenkeel.examples.proxy;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Keeps OkHttp from acting on a status that is the client's to act on. OkHttp asks again at once after some of them,
 * whatever the method, and fails the call at others.
 *
 * <p>{@link #hidden} stands next to the wire; as an interceptor this stands right above OkHttp's own rules, so that a
 * balancer and whatever else is outside of it sees the answer as it came.
 */
final class StatusMask implements Interceptor {
    static final StatusMask LIFTED = new StatusMask();

    /** A status to which no rule of OkHttp's applies, and which may have a body, as those that it stands for. */
    private static final int NEUTRAL = 400;

    private record Hidden(int status) {}

    private StatusMask() {}

    /** Returns the answer, its status hidden if OkHttp would act on it. */
    static Response hidden(Response answer) {
        return switch (answer.code()) {
            case 407, 408, 503 -> masked(answer);
            default -> answer;
        };
    }

    private static Response masked(Response answer) {
        // OkHttp keeps the request that an answer came with beside the one it answers to the outside.
        Request marked = answer.request()
                .newBuilder()
                .tag(Hidden.class, new Hidden(answer.code()))
                .build();
        return answer.newBuilder().code(NEUTRAL).request(marked).build();
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Response answer = chain.proceed(chain.request());
        Response wire = answer.networkResponse();
        Hidden hidden = wire == null ? null : wire.request().tag(Hidden.class);
        if (hidden == null) {
            return answer;
        }
        return answer.newBuilder()
                .code(hidden.status)
                .networkResponse(wire.newBuilder().code(hidden.status).build())
                .build();
    }
}
