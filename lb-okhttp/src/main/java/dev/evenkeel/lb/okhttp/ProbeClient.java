package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A client that asks once, keeps nothing and answers for nobody else. */
final class ProbeClient {
    private final OkHttpClient client;

    private ProbeClient(OkHttpClient client) {
        this.client = client;
    }

    static ProbeClient of(OkHttpClient base) {
        OkHttpClient.Builder builder = base.newBuilder();
        builder.interceptors().clear();
        builder.networkInterceptors().clear();
        if (PinnedSockets.canReplace(base.socketFactory())) {
            builder.socketFactory(InterruptibleSockets.factory());
        }
        return new ProbeClient(builder.addInterceptor(ProbeClient::connect)
                .addNetworkInterceptor(ProbeClient::hideRetryAfter)
                .eventListener(EventListener.NONE)
                .dispatcher(new Dispatcher())
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.NANOSECONDS))
                .cache(null)
                .cookieJar(CookieJar.NO_COOKIES)
                .authenticator(Authenticator.NONE)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                // One deadline spans them all, and is set call by call; ProbeSockets has it for each wait as well.
                .connectTimeout(0, TimeUnit.MILLISECONDS)
                .readTimeout(0, TimeUnit.MILLISECONDS)
                .writeTimeout(0, TimeUnit.MILLISECONDS)
                .pingInterval(0, TimeUnit.MILLISECONDS)
                .build());
    }

    private static Response connect(Interceptor.Chain plain) throws IOException {
        Interceptor.Chain chain = ProbeSockets.on(plain);
        Request request = chain.request();
        PinnedTarget named = request.tag(PinnedTarget.class);
        if (named != null) {
            return named.named(chain, System.nanoTime()).proceed(request);
        }
        AddressPin pin = request.tag(AddressPin.class);
        return (pin == null ? chain : pin.on(chain, System.nanoTime())).proceed(request);
    }

    /** OkHttp asks again at once if a 503 says {@code Retry-After: 0}, and a probe is one request. */
    private static Response hideRetryAfter(Interceptor.Chain chain) throws IOException {
        return chain.proceed(chain.request())
                .newBuilder()
                .removeHeader("Retry-After")
                .build();
    }

    Call newCall(Request request) {
        return client.newCall(request);
    }
}
