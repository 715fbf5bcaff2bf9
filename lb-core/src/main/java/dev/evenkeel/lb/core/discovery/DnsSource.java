package dev.evenkeel.lb.core.discovery;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.EndpointSource;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * The addresses that a host name resolves to, as the JDK resolves it: one endpoint for each, IPv4 and IPv6. The endpoints keep
 * the name, so https checks the certificate against it. Immutable.
 *
 * <p>The name is asked for every 30 s by default, give or take 10 % so that clients do not ask in step. No record's time to live
 * is seen; lb-dns goes by it.
 *
 * <p>The JDK has a cache of its own, which no answer gets past. The security properties {@code networkaddress.cache.ttl}
 * (30 s unless set, -1 for ever) and {@code networkaddress.cache.negative.ttl} (10 s unless set) say how long it keeps an answer
 * and a failure, and from JDK 21 on {@code networkaddress.cache.stale.ttl} for how long an old answer stands in for a
 * failure. So a change is seen after the interval plus the first of them at the latest, asking more often than it does not help,
 * and a refresh may be answered from the cache.
 */
public final class DnsSource implements EndpointSource {
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    private static final double JITTER = 0.1;

    private final Endpoint named;
    private final Duration interval;
    private final boolean onlyIpv4;
    private final Seams seams;

    /** The name service of the machine. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /** What a test replaces: where names are asked for, and a draw from 0 to 1. */
    record Seams(NameService names, DoubleSupplier draw) {
        static final Seams REAL = new Seams(
                InetAddress::getAllByName, () -> ThreadLocalRandom.current().nextDouble());
    }

    private DnsSource(Endpoint named, Duration interval, boolean onlyIpv4, Seams seams) {
        this.named = named;
        this.interval = interval;
        this.onlyIpv4 = onlyIpv4;
        this.seams = seams;
    }

    /**
     * Returns the source of one name.
     *
     * @param url as {@link Endpoint#labelled} reads it, such as {@code https://orders.internal:8443;zone=a}; the labels go for
     *     every address
     * @throws IllegalArgumentException if the URL or a label is malformed
     */
    public static DnsSource of(String url) {
        return new DnsSource(Endpoint.labelled(url), DEFAULT_INTERVAL, false, Seams.REAL);
    }

    /**
     * Sets how often the name is asked for, 30 s by default.
     *
     * @throws IllegalArgumentException if that is less than a second or more than a day
     */
    public DnsSource every(Duration newInterval) {
        Intervals.check("the interval of " + name(), newInterval);
        return new DnsSource(named, newInterval, onlyIpv4, seams);
    }

    /** Leaves IPv6 addresses out, for a machine that has no route to them. */
    public DnsSource ipv4Only() {
        return new DnsSource(named, interval, true, seams);
    }

    DnsSource with(Seams newSeams) {
        return new DnsSource(named, interval, onlyIpv4, newSeams);
    }

    /** Returns {@code dns}, the host and the port. */
    @Override
    public String name() {
        return "dns " + named.host() + ":" + named.port();
    }

    @Override
    public Watch watch(Discovery discovery) {
        return Polling.start(discovery, () -> {
            resolve(discovery);
            double factor = 1 - JITTER + 2 * JITTER * seams.draw.getAsDouble();
            return Duration.ofNanos((long) (interval.toNanos() * factor));
        });
    }

    private void resolve(Discovery discovery) {
        InetAddress[] all;
        try {
            all = seams.names.addressesOf(named.host());
        } catch (UnknownHostException e) {
            discovery.failed(named.host() + " does not resolve", e);
            return;
        }
        List<Endpoint> found = Stream.of(all)
                .filter(address -> !onlyIpv4 || address instanceof Inet4Address)
                .map(named::withAddress)
                .toList();
        if (found.isEmpty()) {
            discovery.failed(
                    named.host() + " must have " + (onlyIpv4 ? "an IPv4 address" : "an address") + ", had " + all.length
                            + " other ones",
                    null);
        } else {
            discovery.found(found);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
