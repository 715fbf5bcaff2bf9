package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import okhttp3.Address;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/** One endpoint as the place that the calls for one logical host go to. Safe for many threads. */
sealed interface Target permits RewriteTarget, PinnedTarget {
    /** Returns the URL that is asked for there. */
    HttpUrl rewrite(HttpUrl logical);

    /**
     * Returns the chain that connects to this endpoint.
     *
     * @param nowNanos by {@link System#nanoTime}
     * @throws IOException if the client or the request is not made for such an endpoint, which is not the endpoint's fault
     */
    Interceptor.Chain on(Interceptor.Chain chain, long nowNanos) throws IOException;

    /** The backend went out of service. */
    void leave();

    /** Tells whether the backend went out of service since the calls that hold this one were begun. */
    boolean hasLeft();

    /** Tells whether what is connected there is this endpoint's server. */
    boolean isAt(Address connected);

    /** Tells whether a URL leads to this endpoint's server. */
    boolean serves(HttpUrl url);

    /** Tells whether OkHttp takes a connection to that URL for one to this endpoint. */
    boolean isNamed(HttpUrl url);

    /**
     * Returns the response as the caller should see it.
     *
     * @param sent the request that was made for this endpoint
     * @param seen what that is made of, with the URL of the caller's request
     */
    Response mapBack(Response response, Request sent, Request.Builder seen);
}
