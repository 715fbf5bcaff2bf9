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
    private final String logicalHost;
    private final Endpoint endpoint;
    private final String place;

    private final DirectWay way;

    private final int logicalPort;

    /** The name of the addresses that calls connect to. */
    private final String name;

    /** The one that was last used; clients that are derived from each other can resolve names differently. */
    private volatile @Nullable BackendDns last;

    private volatile boolean left;

    /**
     * @param port the one in the URLs; connections go to the endpoint's
     */
    private PinnedTarget(String logicalHost, Endpoint endpoint, HttpUrl base, int port) {
        this.logicalHost = logicalHost;
        this.endpoint = endpoint;
        this.place = base.host();
        HttpUrl root =
                base.newBuilder().host(logicalHost).port(port).encodedPath("/").build();
        this.way = new DirectWay(
                root.uri(), endpoint, "leave " + logicalHost + " out of the proxy, or use Transport.REWRITE");
        this.logicalPort = port;
        this.name = base.port() == logicalPort
                ? logicalHost
                : new LedPort(logicalHost, logicalPort, base.port()).toString();
    }

    /** Returns the target of calls, whose URLs have no port. */
    static PinnedTarget of(String logicalHost, Endpoint endpoint) throws IOException {
        HttpUrl base = checkedBase(endpoint);
        return new PinnedTarget(logicalHost, endpoint, base, HttpUrl.defaultPort(base.scheme()));
    }

    /** Returns the target of requests that have the endpoint's port in their URLs. */
    static PinnedTarget onItsPort(String logicalHost, Endpoint endpoint) throws IOException {
        HttpUrl base = checkedBase(endpoint);
        return new PinnedTarget(logicalHost, endpoint, base, base.port());
    }

    private static HttpUrl checkedBase(Endpoint endpoint) throws IOException {
        HttpUrl base = RewriteTarget.base(endpoint);
        AddressPin.check(endpoint, base);
        return base;
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
        Interceptor.Chain there = named(chain, nowNanos);
        SocketFactory own = chain.getSocketFactory();
        if (own == PinnedSockets.FACTORY || isOnLogicalPort()) {
            return there;
        }
        if (!PinnedSockets.canReplace(own)) {
            throw new IOException("cannot pin " + logicalHost + " to " + endpoint + ": its port is not " + logicalPort
                    + ", and the client's socket factory " + own
                    + " would connect to that; let the backends listen on " + logicalPort
                    + ", leave out the socket factory, or use Transport.REWRITE");
        }
        return there.withSocketFactory(PinnedSockets.FACTORY);
    }

    /** Returns the chain on which the logical host is this endpoint's, whatever the port. */
    Interceptor.Chain named(Interceptor.Chain chain, long nowNanos) throws IOException {
        way.demand(chain, nowNanos);
        Dns others = chain.getDns();
        BackendDns dns = last;
        // Mostly it is the same one, and to compare it costs more than to see that.
        if (dns == null || (dns.others() != others && !dns.others().equals(others))) {
            dns = new BackendDns(logicalHost, endpoint, place, name, others);
            last = dns;
        }
        return chain.withDns(dns);
    }

    private boolean isOnLogicalPort() {
        return name.equals(logicalHost);
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
