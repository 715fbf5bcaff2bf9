package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Dns;

/**
 * Answers for a logical host with one backend, and leaves other hosts, as a redirect may name them, to the client's own.
 * OkHttp shares a connection among calls whose resolvers are equal, so those of backends that differ in anything, be it the
 * port, are not.
 *
 * @param host the logical one
 * @param place the host of the endpoint's URL, without brackets
 * @param name what every address carries as its name, by which {@link PinnedSockets} knows where it leads
 */
record BackendDns(String host, Endpoint endpoint, String place, String name, Dns others) implements Dns {
    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
        if (!hostname.equals(host)) {
            return others.lookup(hostname);
        }
        List<InetAddress> named = new ArrayList<>();
        for (InetAddress one : addresses()) {
            named.add(named(name, one));
        }
        return named;
    }

    /** Returns an address under another name. */
    static InetAddress named(String name, InetAddress one) throws UnknownHostException {
        return one instanceof Inet6Address six && six.getScopeId() != 0
                ? Inet6Address.getByAddress(name, one.getAddress(), six.getScopeId())
                : InetAddress.getByAddress(name, one.getAddress());
    }

    private List<InetAddress> addresses() throws UnknownHostException {
        InetAddress known = endpoint.address();
        if (known != null) {
            return List.of(known);
        }
        return AddressPin.isLiteral(place) ? List.of(InetAddress.getByName(place)) : others.lookup(place);
    }

    /** Tells whether a name was looked up here for that backend. */
    boolean leadsTo(Endpoint backend, String logicalHost) {
        return endpoint.equals(backend) && host.equals(logicalHost);
    }
}
