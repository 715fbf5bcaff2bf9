package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Changes in an answer what OkHttp would act on below the balancer. Stands outside of the other network interceptors, and
 * {@link BalancedCall} puts back what was changed. One for all changes, because each interceptor costs every call an object
 * of OkHttp's.
 */
final class AnswersBelow implements Interceptor {
    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        Response answer = HiddenRetryAfter.of(chain.call(), chain.proceed(request));
        return LogicalLocation.of(chain.call(), request.url(), answer);
    }
}
