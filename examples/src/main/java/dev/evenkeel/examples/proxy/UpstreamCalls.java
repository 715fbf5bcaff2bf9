package dev.evenkeel.examples.proxy;

import java.time.Duration;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.CookieJar;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Makes calls that forward and do nothing else: no redirects, cookies, cache or logins, which are the client's own. Shares
 * pool, dispatcher and interceptors with the client it came from.
 */
final class UpstreamCalls {
    private final OkHttpClient repeating;
    private final OkHttpClient once;

    UpstreamCalls(OkHttpClient client, Duration connectTimeout, Duration idleTimeout) {
        OkHttpClient.Builder forwarding = client.newBuilder();
        if (client.socketFactory() == SocketFactory.getDefault()) {
            forwarding.socketFactory(new OneWatchdogSockets());
        }
        this.repeating = forwarding
                .followRedirects(false)
                .followSslRedirects(false)
                .cookieJar(CookieJar.NO_COOKIES)
                .cache(null)
                .authenticator(Authenticator.NONE)
                .proxyAuthenticator(Authenticator.NONE)
                .connectTimeout(connectTimeout)
                .readTimeout(idleTimeout)
                .writeTimeout(idleTimeout)
                .callTimeout(Duration.ZERO) // a stream may last for days
                .addInterceptor(StatusMask.LIFTED)
                .addNetworkInterceptor(new WireFilter())
                .build();
        this.once = repeating.newBuilder().retryOnConnectionFailure(false).build();
    }

    Call newCall(Request request) {
        Call call = (isRepeatable(request) ? repeating : once).newCall(request);
        call.addEventListener(BodilessAnswers.KEPT);
        return call;
    }

    /** OkHttp sends again what met a stale connection; only these methods may reach a backend twice (RFC 9110, 9.2.2). */
    private static boolean isRepeatable(Request request) {
        return switch (request.method()) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }
}
