package dev.evenkeel.lb.dns;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import dev.evenkeel.lb.core.discovery.Polling;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Endpoints from DNS records, asked for anew when their time to live is over. Immutable.
 *
 * <pre>{@code
 * DnsRecordsSource.addresses("https://orders.internal:8443")
 * DnsRecordsSource.services("https", "_orders._tcp.internal")
 * }</pre>
 *
 * <p>The smallest time to live among all records of an answer, aliases included, says when to ask again; not before 1 s and not
 * after 5 min unless set otherwise, and up to a tenth later, so that clients do not ask in step. For an answer that there is
 * no such name the zone's negative time to live counts in the same way. After a question that got no answer the next
 * comes after 1, 2, 4 ... 30 s.
 *
 * <p>A name that does not exist or has no records is told as failed, and the last good set stays. A question that gets no answer
 * keeps its own last answer, and that is told as failed too: so if only the AAAA records cannot be had, or one target of
 * several, what is known of them stays, and the rest is up to date. An answer of which no endpoint can be made, such as port 0,
 * is refused as a whole.
 *
 * <p>The servers and search names are the system's, read again after each failure; the hosts file plays no part. A truncated answer
 * is fetched by TCP. The queries run on dnsjava's own daemon thread, one for the whole process, which stays when a balancer is
 * closed.
 */
public final class DnsRecordsSource implements EndpointSource {
    private static final Pattern ADDRESS = Pattern.compile("\\[.*|[0-9.]+");

    private final String name;
    private final Finder finder;
    private final Where where;
    private final Pace pace;
    private final boolean onlyIpv4;

    private DnsRecordsSource(String name, Finder finder, Where where, Pace pace, boolean onlyIpv4) {
        this.name = name;
        this.finder = finder;
        this.where = where;
        this.pace = pace;
        this.onlyIpv4 = onlyIpv4;
    }

    /**
     * Returns the source of the A and AAAA records of one name. Each address is an endpoint, which keeps the name, so https checks
     * the certificate against it.
     *
     * @param url as {@link Endpoint#labelled} reads it, such as {@code https://orders.internal:8443;zone=a}; the labels go for
     *     every address
     * @throws IllegalArgumentException if the URL or a label is malformed, or the host is no name
     */
    public static DnsRecordsSource addresses(String url) {
        Endpoint named = Endpoint.labelled(url);
        if (ADDRESS.matcher(named.host()).matches()) {
            throw new IllegalArgumentException("the host must be a name, was " + named.host() + " in " + named.url());
        }
        return new DnsRecordsSource(
                "dns records of " + named.host() + ":" + named.port(),
                new AddressFinder(named, nameOf(named.host())),
                Where.SYSTEM,
                Pace.DEFAULT,
                false);
    }

    /**
     * Returns the source of the SRV records of one service (RFC 2782), with the addresses of their targets. An endpoint's host is the
     * target, which https checks the certificate against; its port is the record's.
     *
     * <p>The smallest priority becomes tier 0, the next one tier 1, and so on; after 100 priorities the rest share the last tier.
     * Within one priority the weights keep their ratios, and a target with several addresses shares its weight among them. Weight 0
     * beside others counts as a tenth of weight 1; where all are 0, all are equal. A single target {@code .} says that the service
     * is not available, which is told as failed.
     *
     * @param scheme {@code http} or {@code https}
     * @param service such as {@code _orders._tcp.internal}
     * @throws IllegalArgumentException if the scheme is another one, or the service is no name
     */
    public static DnsRecordsSource services(String scheme, String service) {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("the scheme must be http or https, was " + scheme);
        }
        return new DnsRecordsSource(
                "dns services of " + service,
                new ServiceFinder(scheme, nameOf(service)),
                Where.SYSTEM,
                Pace.DEFAULT,
                false);
    }

    private static Name nameOf(String text) {
        try {
            return Name.fromString(text);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("a name must be as in DNS, was \"" + text + "\"", e);
        }
    }

    /**
     * Sets which servers are asked, in this order: the next one when one is silent or says neither records nor that there are none
     * (SERVFAIL, REFUSED), and later the silent ones again. One that has failed comes after the others until it has answered.
     * Default: the system's.
     *
     * @param servers at least one, resolved
     * @throws IllegalArgumentException if there is none, or one is not resolved
     */
    public DnsRecordsSource servers(InetSocketAddress... servers) {
        return with(where.withServers(List.of(servers)));
    }

    /**
     * Sets what is put behind a name that does not end in a dot, one after the other until one exists. A name with a dot in it
     * is asked for as it is first, another one last. Default: the system's.
     *
     * @param suffixes such as {@code prod.internal}; none to search nowhere
     * @throws IllegalArgumentException if one is no name
     */
    public DnsRecordsSource searching(String... suffixes) {
        return with(where.withSearch(
                Stream.of(suffixes).map(DnsRecordsSource::nameOf).toList()));
    }

    /**
     * Sets how long all questions of one round may take together, 5 s by default. A server that is silent is asked again after
     * a third of it.
     *
     * @throws IllegalArgumentException if that is not 100 ms to 1 min
     */
    public DnsRecordsSource timeout(Duration timeout) {
        return with(pace.withTimeout(timeout));
    }

    /**
     * Sets the bounds of the time between two rounds, whatever the records say. Default: 1 s to 5 min.
     *
     * @throws IllegalArgumentException if not 1 s &lt;= least &lt;= most &lt;= 1 day
     */
    public DnsRecordsSource refreshBetween(Duration least, Duration most) {
        return with(pace.withBounds(least, most));
    }

    /** Leaves AAAA records out, for a machine that has no route to IPv6 addresses. */
    public DnsRecordsSource ipv4Only() {
        return new DnsRecordsSource(name, finder, where, pace, true);
    }

    private DnsRecordsSource with(Where newWhere) {
        return new DnsRecordsSource(name, finder, newWhere, pace, onlyIpv4);
    }

    DnsRecordsSource with(Pace newPace) {
        return new DnsRecordsSource(name, finder, where, newPace, onlyIpv4);
    }

    DnsRecordsSource asking(Dns dns) {
        return with(where.withDns(dns));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Watch watch(Discovery discovery) {
        RecordsWatch watch = new RecordsWatch(finder, where, pace, onlyIpv4, discovery);
        return Polling.start(discovery, watch::ask);
    }

    @Override
    public String toString() {
        return name;
    }
}
