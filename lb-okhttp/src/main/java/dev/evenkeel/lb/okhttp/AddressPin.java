package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.Address;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * Leads calls for an endpoint to its address, while the host stays the name: in TLS, in the Host header, in the URL. Safe
 * for many threads.
 */
final class AddressPin {
    /** The hosts that OkHttp takes as an address, and resolves nowhere. */
    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]*|[0-9.]+");

    private final Endpoint endpoint;
    private final String host;
    private final InetAddress address;
    private final DirectWay way;

    /** The one that was last used; clients that are derived from each other can resolve names differently. */
    private volatile @Nullable PinnedDns last;

    /**
     * Answers for one host and leaves the others, as a redirect may name them, to the client's own. OkHttp shares a
     * connection among calls whose resolvers are equal, and remembers the failures of each, so equal is who answers alike.
     */
    private record PinnedDns(String host, InetAddress address, Dns others) implements Dns {
        @Override
        public List<InetAddress> lookup(String hostname) throws UnknownHostException {
            return hostname.equals(host) ? List.of(address) : others.lookup(hostname);
        }
    }

    private AddressPin(Endpoint endpoint, HttpUrl url, InetAddress address) {
        this.endpoint = endpoint;
        this.host = url.host();
        this.address = address;
        this.way = new DirectWay(
                url.uri(), endpoint, "leave the backends out of the proxy, or give endpoints without an address");
    }

    /** Tells whether OkHttp takes a host for an address, and resolves it nowhere. */
    static boolean isLiteral(String host) {
        return LITERAL.matcher(host).matches();
    }

    /**
     * Returns the pin of an endpoint, or null if there is nothing to pin.
     *
     * @param url of the endpoint
     * @throws IOException if the host is an address itself, and another one
     */
    static @Nullable AddressPin of(Endpoint endpoint, HttpUrl url) throws IOException {
        InetAddress address = endpoint.address();
        if (address == null) {
            return null;
        }
        check(endpoint, url);
        return isLiteral(url.host()) ? null : new AddressPin(endpoint, url, address);
    }

    /**
     * Checks an endpoint that may have an address.
     *
     * @param url of the endpoint
     * @throws IOException if the host is an address itself, and another one
     */
    static void check(Endpoint endpoint, HttpUrl url) throws IOException {
        InetAddress address = endpoint.address();
        if (address != null
                && isLiteral(url.host())
                && !InetAddress.getByName(url.host()).equals(address)) {
            throw new IOException(
                    "cannot connect to " + endpoint + ": its host is an address already, and another one");
        }
    }

    /**
     * Returns a chain that connects to the address.
     *
     * @param nowNanos by {@link System#nanoTime}
     * @throws IOException if the client has a proxy for it: that would resolve the name by itself
     */
    Interceptor.Chain on(Interceptor.Chain chain, long nowNanos) throws IOException {
        way.demand(chain, nowNanos);
        Dns others = chain.getDns();
        PinnedDns dns = last;
        if (dns == null || !dns.others.equals(others)) {
            dns = new PinnedDns(host, address, others);
            last = dns;
        }
        return chain.withDns(dns);
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }

    /** Tells whether a connection was led to where the endpoint is: to its address, or anywhere by name if it has no pin. */
    static boolean isMet(@Nullable AddressPin pin, Address connected) {
        PinnedDns dns = connected.dns() instanceof PinnedDns one
                        && one.host.equals(connected.url().host())
                ? one
                : null;
        // Led to a backend by a transport that pins, it is that transport's.
        if (connected.dns() instanceof BackendDns one
                && one.host().equals(connected.url().host())) {
            return false;
        }
        return dns == null ? pin == null : pin != null && dns.address.equals(pin.address);
    }
}
