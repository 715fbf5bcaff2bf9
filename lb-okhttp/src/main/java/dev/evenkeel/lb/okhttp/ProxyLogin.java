package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.ProxySelector;
import okhttp3.Authenticator;
import okhttp3.Challenge;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * Asks a user's authenticator, and if it does not get the client into a proxy's tunnel, tells by the type that a proxy has which
 * cannot be connected to: nothing of the call gets past either. OkHttp itself throws the same then as for a backend that the
 * proxy cannot reach. Equal where the user's are, since OkHttp shares connections among calls whose authenticators are equal.
 */
record ProxyLogin(Authenticator given) implements Authenticator {
    /** The scheme with which OkHttp asks before there is a connection. Null is a good answer to that. */
    private static final String BEFORE = "OkHttp-Preemptive";

    /**
     * Returns the chain for a backend behind a tunnel, if the client can have one. The JVM's own selector costs too much to ask,
     * and has no proxy for most.
     */
    static Interceptor.Chain on(Interceptor.Chain chain) {
        Proxy fixed = chain.getProxy();
        boolean may = fixed != null
                ? fixed.type() == Proxy.Type.HTTP
                : chain.getProxySelector() != ProxySelector.getDefault();
        return may ? chain.withProxyAuthenticator(new ProxyLogin(chain.getProxyAuthenticator())) : chain;
    }

    @Override
    public @Nullable Request authenticate(@Nullable Route route, Response challenge) throws IOException {
        Request next = given.authenticate(route, challenge);
        if (next == null && isOfTunnel(challenge)) {
            throw new ConnectException("Failed to authenticate with proxy"); // in OkHttp's words
        }
        return next;
    }

    private static boolean isOfTunnel(Response challenge) {
        if (challenge.code() != HttpURLConnection.HTTP_PROXY_AUTH
                || !challenge.request().method().equals("CONNECT")) {
            return false;
        }
        for (Challenge one : challenge.challenges()) {
            if (one.scheme().equalsIgnoreCase(BEFORE)) {
                return false;
            }
        }
        return true;
    }
}
