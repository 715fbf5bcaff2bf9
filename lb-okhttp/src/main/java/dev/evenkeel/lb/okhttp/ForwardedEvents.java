package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.List;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Tells the listeners of a call what happens in a {@link NestedCall}, as if it happened in that call. Its end it tells nobody else. */
final class ForwardedEvents extends EventListener {
    private final Interceptor.Chain outer;
    private final Consumer<@Nullable IOException> ended;

    /**
     * @param ended is told how the nested call failed, or null if it came to its end
     */
    ForwardedEvents(Interceptor.Chain outer, Consumer<@Nullable IOException> ended) {
        this.outer = outer;
        this.ended = ended;
    }

    /** Asked for each event, since listeners can be added to a call at any time. */
    private EventListener to() {
        return outer.getEventListener();
    }

    @Override
    public void callEnd(Call call) {
        ended.accept(null);
    }

    @Override
    public void callFailed(Call call, IOException ioe) {
        ended.accept(ioe);
    }

    @Override
    public void proxySelectStart(Call call, HttpUrl url) {
        to().proxySelectStart(outer.call(), url);
    }

    @Override
    public void proxySelectEnd(Call call, HttpUrl url, List<Proxy> proxies) {
        to().proxySelectEnd(outer.call(), url, proxies);
    }

    @Override
    public void dnsStart(Call call, String domainName) {
        to().dnsStart(outer.call(), domainName);
    }

    @Override
    public void dnsEnd(Call call, String domainName, List<InetAddress> inetAddressList) {
        to().dnsEnd(outer.call(), domainName, inetAddressList);
    }

    @Override
    public void connectStart(Call call, InetSocketAddress inetSocketAddress, Proxy proxy) {
        to().connectStart(outer.call(), inetSocketAddress, proxy);
    }

    @Override
    public void secureConnectStart(Call call) {
        to().secureConnectStart(outer.call());
    }

    @Override
    public void secureConnectEnd(Call call, @Nullable Handshake handshake) {
        to().secureConnectEnd(outer.call(), handshake);
    }

    @Override
    public void connectEnd(Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol) {
        to().connectEnd(outer.call(), inetSocketAddress, proxy, protocol);
    }

    @Override
    public void connectFailed(
            Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol, IOException ioe) {
        to().connectFailed(outer.call(), inetSocketAddress, proxy, protocol, ioe);
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        to().connectionAcquired(outer.call(), connection);
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        to().connectionReleased(outer.call(), connection);
    }

    @Override
    public void requestHeadersStart(Call call) {
        to().requestHeadersStart(outer.call());
    }

    @Override
    public void requestHeadersEnd(Call call, Request request) {
        to().requestHeadersEnd(outer.call(), request);
    }

    @Override
    public void requestBodyStart(Call call) {
        to().requestBodyStart(outer.call());
    }

    @Override
    public void requestBodyEnd(Call call, long byteCount) {
        to().requestBodyEnd(outer.call(), byteCount);
    }

    @Override
    public void requestFailed(Call call, IOException ioe) {
        to().requestFailed(outer.call(), ioe);
    }

    @Override
    public void responseHeadersStart(Call call) {
        to().responseHeadersStart(outer.call());
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
        to().responseHeadersEnd(outer.call(), response);
    }

    @Override
    public void responseBodyStart(Call call) {
        to().responseBodyStart(outer.call());
    }

    @Override
    public void responseBodyEnd(Call call, long byteCount) {
        to().responseBodyEnd(outer.call(), byteCount);
    }

    @Override
    public void responseFailed(Call call, IOException ioe) {
        to().responseFailed(outer.call(), ioe);
    }

    @Override
    public void satisfactionFailure(Call call, Response response) {
        to().satisfactionFailure(outer.call(), response);
    }

    @Override
    public void cacheHit(Call call, Response response) {
        to().cacheHit(outer.call(), response);
    }

    @Override
    public void cacheMiss(Call call) {
        to().cacheMiss(outer.call());
    }

    @Override
    public void cacheConditionalHit(Call call, Response cachedResponse) {
        to().cacheConditionalHit(outer.call(), cachedResponse);
    }

    @Override
    public void retryDecision(Call call, IOException exception, boolean retry) {
        to().retryDecision(outer.call(), exception, retry);
    }

    @Override
    public void followUpDecision(Call call, Response networkResponse, @Nullable Request nextRequest) {
        to().followUpDecision(outer.call(), networkResponse, nextRequest);
    }
}
