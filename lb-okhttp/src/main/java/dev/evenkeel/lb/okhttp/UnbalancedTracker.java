package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Counts a call that goes round the balancers on the connection it uses, which may be one to a backend, and sends it on
 * another one if that was closed.
 */
final class UnbalancedTracker extends EventListener {
    private static final CallTag<UnbalancedTracker> TAG = CallTag.of(UnbalancedTracker.class);

    private final ConnectionHold hold;

    /** Of the last time that interceptors outside proceeded. */
    private volatile Delivery delivery = new Delivery();

    private UnbalancedTracker(WrapResources resources) {
        this.hold = new ConnectionHold(resources);
    }

    /** Proceeds, and follows the call once, however often interceptors outside proceed, if its connections are counted. */
    static Response proceed(Interceptor.Chain chain, WrapResources resources) throws IOException {
        return resources.connections() == null
                ? chain.proceed(chain.request())
                : of(chain.call(), resources).send(chain);
    }

    private static UnbalancedTracker of(Call call, WrapResources resources) {
        UnbalancedTracker known = TAG.on(call);
        if (known != null) {
            return known;
        }
        UnbalancedTracker made = new UnbalancedTracker(resources);
        call.addEventListener(made);
        return TAG.on(call, () -> made);
    }

    private Response send(Interceptor.Chain chain) throws IOException {
        Delivery next = new Delivery();
        delivery = next;
        Request request = chain.request();
        try {
            return chain.proceed(request);
        } catch (IOException e) {
            if (chain.call().isCanceled() || !next.again(request.body())) {
                throw e;
            }
            return chain.proceed(request);
        }
    }

    @Override
    public void connectFailed(
            Call call, InetSocketAddress inetSocketAddress, Proxy proxy, @Nullable Protocol protocol, IOException ioe) {
        delivery.wentOn();
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        delivery.took(hold.acquired(connection));
    }

    @Override
    public void connectionReleased(Call call, Connection connection) {
        hold.released(connection);
    }

    @Override
    public void requestBodyStart(Call call) {
        delivery.bodyStarted();
    }

    @Override
    public void responseHeadersStart(Call call) {
        delivery.responds();
    }

    @Override
    public void followUpDecision(Call call, Response networkResponse, @Nullable Request nextRequest) {
        if (nextRequest != null) {
            delivery.responds();
        }
    }
}
