package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sees to it that what OkHttp does by itself below the balancer, after an answer, keeps what the balancer promises. Stands
 * outside of the other network interceptors; {@link BalancedCall} puts back what was changed in an answer. One for all changes,
 * because each interceptor costs every call an object of OkHttp's.
 */
final class FollowUpInterceptor implements Interceptor {
    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = OwnHost.of(CallTracker.of(chain), chain.request());
        Response answer = HiddenRetryAfter.of(chain.call(), chain.proceed(request));
        return LogicalLocation.of(chain.call(), request.url(), answer);
    }
}
