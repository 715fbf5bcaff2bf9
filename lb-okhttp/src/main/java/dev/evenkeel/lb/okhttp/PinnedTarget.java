package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import javax.net.SocketFactory;
import okhttp3.Address;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One endpoint as the place that connections for a logical host are led to, while its URLs stay. Safe for many threads. */
final class PinnedTarget implements Target {
    /** What clients have that were given none. Asked for once, since each time is a lock of the whole JVM. */
    private static final SocketFactory DEFAULT_SOCKETS = SocketFactory.getDefault();

    private final String logicalHost;
    private final Endpoint endpoint;
    private final String place;

    private final DirectWay way;

    private final int logicalPort;

    /** What leads to the endpoint's port; null if it is the logical one. */
    private final @Nullable PinnedSockets sockets;

    /** The one that was last used; clients that are derived from each other can resolve names differently. */
    private volatile @Nullable BackendDns last;

    private volatile boolean left;

    private PinnedTarget(String logicalHost, Endpoint endpoint, HttpUrl base) {
        this.logicalHost = logicalHost;
        this.endpoint = endpoint;
        this.place = base.host();
        HttpUrl root = base.newBuilder()
                .host(logicalHost)
                .port(HttpUrl.defaultPort(base.scheme()))
                .encodedPath("/")
                .build();
        this.way = new DirectWay(
                root.uri(), endpoint, "leave " + logicalHost + " out of the proxy, or use Transport.REWRITE");
        this.logicalPort = HttpUrl.defaultPort(base.scheme());
        this.sockets = base.port() == logicalPort ? null : new PinnedSockets(logicalHost, logicalPort, base.port());
    }

    static PinnedTarget of(String logicalHost, Endpoint endpoint) throws IOException {
        HttpUrl base = RewriteTarget.base(endpoint);
        AddressPin.check(endpoint, base);
        return new PinnedTarget(logicalHost, endpoint, base);
    }

    @Override
    public HttpUrl rewrite(HttpUrl logical) {
        return logical;
    }

    @Override
    public Interceptor.Chain on(Interceptor.Chain chain, long nowNanos) throws IOException {
        checkScheme(chain.request().url());
        if (!endpoint.pathPrefix().isEmpty()) {
            throw new IOException(
                    "cannot pin " + logicalHost + " to " + endpoint + ": a pinned call keeps its path, and"
                            + " the endpoint has the prefix " + endpoint.pathPrefix()
                            + "; leave it out, or use Transport.REWRITE");
        }
        Interceptor.Chain led = named(chain, nowNanos);
        if (sockets == null) {
            return led;
        }
        if (chain.getSocketFactory() != DEFAULT_SOCKETS) {
            throw new IOException("cannot pin " + logicalHost + " to " + endpoint + ": its port is not " + logicalPort
                    + ", and the client's socket factory " + chain.getSocketFactory()
                    + " would connect to that; let the backends listen on " + logicalPort
                    + ", leave out the socket factory, or use Transport.REWRITE");
        }
        return led.withSocketFactory(sockets);
    }

    /** Returns the chain on which the logical host is this endpoint's, whatever the port. */
    Interceptor.Chain named(Interceptor.Chain chain, long nowNanos) throws IOException {
        way.demand(chain, nowNanos);
        Dns others = chain.getDns();
        BackendDns dns = last;
        if (dns == null || (dns.others() != others && !dns.others().equals(others))) {
            dns = new BackendDns(logicalHost, endpoint, place, others);
            last = dns;
        }
        return chain.withDns(dns);
    }

    private void checkScheme(HttpUrl asked) throws IOException {
        if (!asked.scheme().equals(endpoint.scheme())) {
            throw new IOException("cannot pin " + asked.scheme() + "://" + logicalHost + " to " + endpoint
                    + ": a pinned call keeps its scheme; call " + endpoint.scheme() + "://" + logicalHost
                    + ", give backends of the scheme " + asked.scheme() + ", or use Transport.REWRITE");
        }
    }

    @Override
    public void leave() {
        left = true;
    }

    @Override
    public boolean hasLeft() {
        return left;
    }

    @Override
    public boolean isAt(Address connected) {
        return connected.url().host().equals(logicalHost)
                && connected.dns() instanceof BackendDns dns
                && dns.leadsTo(endpoint, logicalHost);
    }

    @Override
    public boolean serves(HttpUrl url) {
        return isNamed(url) && url.scheme().equals(endpoint.scheme());
    }

    @Override
    public boolean isNamed(HttpUrl url) {
        return url.port() == logicalPort && url.host().equals(logicalHost);
    }

    @Override
    public Response mapBack(Response response, Request sent, Request.Builder seen) {
        return response;
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
