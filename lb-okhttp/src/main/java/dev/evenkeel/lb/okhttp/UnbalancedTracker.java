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

    private UnbalancedTracker(Connections connections) {
        this.hold = new ConnectionHold(connections);
    }

    /**
     * Proceeds, and follows the call once, however often interceptors outside proceed.
     *
     * @param connections where uses are counted; null if nobody counts them
     */
    static Response proceed(Interceptor.Chain chain, @Nullable Connections connections) throws IOException {
        return connections == null
                ? chain.proceed(chain.request())
                : of(chain.call(), connections).send(chain);
    }

    private static UnbalancedTracker of(Call call, Connections connections) {
        UnbalancedTracker known = TAG.on(call);
        if (known != null) {
            return known;
        }
        UnbalancedTracker made = new UnbalancedTracker(connections);
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
        delivery.connectFailed();
    }

    @Override
    public void connectionAcquired(Call call, Connection connection) {
        delivery.acquired(hold.acquired(connection));
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
        delivery.answered();
    }

    @Override
    public void followUpDecision(Call call, Response networkResponse, @Nullable Request nextRequest) {
        if (nextRequest != null) {
            delivery.answered();
        }
    }
}
