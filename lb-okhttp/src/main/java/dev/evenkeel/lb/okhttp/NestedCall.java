package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that is a call of its own inside of the balanced one, because OkHttp would keep that one on a connection that it
 * shares with others. It goes through what the chain would go through and tells the same listeners; it ends with the
 * outer call, or after it, when the body is read.
 */
final class NestedCall {
    private enum State {
        OPEN,
        /** The outer call has ended, and this one is what it is about. */
        OUTLIVES,
        ENDED
    }

    private final CallTracker tracker;
    private final ConnectionHold hold;
    private final Call call;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private volatile @Nullable Response response;

    private NestedCall(OkHttpClient base, Interceptor.Chain chain, Request request, CallTracker tracker) {
        this.tracker = tracker;
        this.hold = tracker.newHold();
        this.call = derived(base, chain)
                .eventListener(new ForwardedEvents(chain, this::ended))
                .build()
                .newCall(request);
        CallTracker.TAG.on(call, tracker);
    }

    /**
     * Makes the attempt, on this thread.
     *
     * @param base the client that was wrapped
     * @param chain that to the backend, of the outer call
     */
    static Response execute(OkHttpClient base, Interceptor.Chain chain, Request request, CallTracker tracker)
            throws IOException {
        NestedCall made = new NestedCall(base, chain, request, tracker);
        made.limit(chain.call().timeout());
        tracker.nest(made);
        if (chain.call().isCanceled()) {
            made.cancel(); // before it could be forwarded
        }
        Response answer = made.call.execute();
        made.response = answer;
        return answer;
    }

    /** With what the chain says, which interceptors outside may have changed for this call. */
    private static OkHttpClient.Builder derived(OkHttpClient base, Interceptor.Chain chain) {
        OkHttpClient.Builder builder = base.newBuilder()
                .dispatcher(new Dispatcher()) // the outer call is counted on the client's
                .callTimeout(0, TimeUnit.MILLISECONDS)
                .connectTimeout(chain.connectTimeoutMillis(), TimeUnit.MILLISECONDS)
                .readTimeout(chain.readTimeoutMillis(), TimeUnit.MILLISECONDS)
                .writeTimeout(chain.writeTimeoutMillis(), TimeUnit.MILLISECONDS)
                .followRedirects(chain.getFollowRedirects())
                .followSslRedirects(chain.getFollowSslRedirects())
                .retryOnConnectionFailure(chain.getRetryOnConnectionFailure())
                .authenticator(chain.getAuthenticator())
                .cookieJar(chain.getCookieJar())
                .cache(chain.getCache())
                .proxy(chain.getProxy())
                .proxySelector(chain.getProxySelector())
                .proxyAuthenticator(chain.getProxyAuthenticator())
                .connectionPool(chain.getConnectionPool())
                .dns(chain.getDns())
                .socketFactory(chain.getSocketFactory())
                .hostnameVerifier(chain.getHostnameVerifier())
                .certificatePinner(chain.getCertificatePinner());
        builder.interceptors().clear();
        SSLSocketFactory tls = chain.getSslSocketFactoryOrNull();
        X509TrustManager trust = chain.getX509TrustManagerOrNull();
        if (tls != null && trust != null && (trust != base.x509TrustManager() || tls != base.sslSocketFactory())) {
            builder.sslSocketFactory(tls, trust);
        }
        return builder;
    }

    /**
     * Gives this call what is left of the outer one's time. That one comes first while it lasts, but it ends when its
     * interceptors return, and what is read then is this one's.
     */
    private void limit(Timeout outer) {
        Timeout own = call.timeout();
        if (outer.timeoutNanos() > 0) {
            own.timeout(Math.max(1, outer.timeoutNanos() - tracker.elapsedNanos()), TimeUnit.NANOSECONDS);
        }
        if (outer.hasDeadline()) {
            own.deadlineNanoTime(outer.deadlineNanoTime());
        }
    }

    ConnectionHold hold() {
        return hold;
    }

    void cancel() {
        call.cancel();
    }

    boolean isCanceled() {
        return call.isCanceled();
    }

    boolean isOpen() {
        return state.get() != State.ENDED;
    }

    /** The outer call ends. Tells whether this one goes on, and its end is to be taken for the outer one's. */
    boolean outlives() {
        return state.compareAndSet(State.OPEN, State.OUTLIVES);
    }

    /** Closes what nobody will read. */
    void abandon() {
        Response unread = response;
        if (unread != null && isOpen()) {
            unread.close();
        }
    }

    private void ended(@Nullable IOException failure) {
        if (state.getAndSet(State.ENDED) == State.OUTLIVES) {
            tracker.ended(this, failure, isCanceled());
        }
    }
}
