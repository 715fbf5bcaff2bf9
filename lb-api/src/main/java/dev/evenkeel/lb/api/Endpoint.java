package dev.evenkeel.lb.api;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place where one server of a service answers: scheme, host, port and an optional path prefix, with a weight, a
 * zone and a tier. Immutable.
 *
 * <p>An endpoint that discovery has resolved also has an {@linkplain #address address}: that is where its connections go, while
 * the host stays the name that the server answers to, in TLS and in the Host header.
 *
 * <p>Two endpoints are equal when they name the same place, address included; weight, zone and tier are labels and take
 * no part. A balancer therefore keeps its backend, with health and counters, when an update changes nothing but those.
 */
public final class Endpoint {
    /** The weight of an endpoint that was given none. */
    public static final int DEFAULT_WEIGHT = 1;

    /** The largest weight, so that a sum over a large pool stays far from overflow. */
    public static final int MAX_WEIGHT = 1_000_000;

    /** The worst tier. */
    public static final int MAX_TIER = 99;

    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{1,63}");
    private static final Labels NONE = new Labels(DEFAULT_WEIGHT, null, 0);
    private static final Pattern URL =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<path>[^?#]*)(?<rest>.*)");
    private static final Pattern USER_INFO = Pattern.compile("(?<start>[^/?#]*//)[^/?#]*@");
    private static final String NO_USER_INFO = "it must have no user-info; send credentials as a request header";
    private static final Pattern HOST_PORT =
            Pattern.compile("(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~-]+)(?::(?<port>.*))?");
    private static final Pattern PATH = // Possessive: a path of any length takes no stack.
            Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]++|%[0-9A-Fa-f]{2})*+");

    private final String scheme;
    private final String host;
    private final int port;
    private final String pathPrefix;
    private final String url;
    private final @Nullable InetAddress address;
    private final String identity;
    private final Labels labels;

    /** What may change while the place stays. */
    private record Labels(int weight, @Nullable String zone, int tier) {}

    private Endpoint(String scheme, String host, int port, String pathPrefix) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.pathPrefix = pathPrefix;
        this.url = scheme + "://" + host + ":" + port + pathPrefix;
        this.address = null;
        this.identity = url;
        this.labels = NONE;
    }

    /** The same place by another address or with other labels. */
    private Endpoint(Endpoint place, @Nullable InetAddress address, Labels labels) {
        this.scheme = place.scheme;
        this.host = place.host;
        this.port = place.port;
        this.pathPrefix = place.pathPrefix;
        this.url = place.url;
        this.address = address;
        this.identity = address == null ? place.url : place.url + " at " + address.getHostAddress();
        this.labels = labels;
    }

    /**
     * Reads {@code http://host[:port][/prefix]} or the same with {@code https}. The port defaults to 80 or 443, the
     * host is folded to lower case, and a trailing slash is dropped from the prefix.
     *
     * @param url an absolute URL; an IPv6 address stands in brackets, an international name in its ASCII form
     * @throws IllegalArgumentException if the text is anything else, also if it has user-info, a query or a fragment;
     *     the message holds the text (without its user-info) and the rule it breaks
     */
    public static Endpoint of(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw refused(url, "it must be an absolute URL such as http://10.0.0.1:8080");
        }
        String scheme = parts.group("scheme").toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refused(url, "its scheme must be http or https, was " + scheme);
        }
        String authority = parts.group("authority");
        if (authority.indexOf('@') >= 0) {
            throw refused(url, NO_USER_INFO);
        }
        if (!parts.group("rest").isEmpty()) {
            throw refused(url, "it must have no query and no fragment, had " + parts.group("rest"));
        }
        Matcher hostPort = HOST_PORT.matcher(authority);
        if (!hostPort.matches()) {
            throw refused(url, authority.isEmpty() ? "it must have a host" : "its host is malformed: " + authority);
        }
        return new Endpoint(
                scheme,
                hostPort.group("host").toLowerCase(Locale.ROOT),
                port(url, scheme, hostPort.group("port")),
                prefix(url, parts.group("path")));
    }

    /**
     * Reads a URL with labels behind it, such as {@code http://10.0.0.1:8080;weight=5;zone=a;tier=1}. The URL ends at the
     * first semicolon, so one in a path prefix has to be written {@code %3B}.
     *
     * @param text the URL as for {@link #of}, then any of {@code weight}, {@code zone} and {@code tier}, each at most once
     * @throws IllegalArgumentException if the URL is malformed, or a label is unknown, repeated or out of range; the
     *     message holds the text and the rule it breaks
     */
    public static Endpoint labelled(String text) {
        // Before the split, which would hide the user-info in what looks like a label.
        if (USER_INFO.matcher(text).lookingAt()) {
            throw refused(text, NO_USER_INFO);
        }
        String[] parts = text.split(";", -1);
        Endpoint endpoint = of(parts[0]);
        Set<String> seen = new HashSet<>();
        for (String label : List.of(parts).subList(1, parts.length)) {
            int equals = label.indexOf('=');
            String key = equals < 0 ? label : label.substring(0, equals);
            if (equals < 0 || !seen.add(key)) {
                throw refused(text, "its labels must be key=value, each once, was " + label);
            }
            endpoint = endpoint.with(key, label.substring(equals + 1), text);
        }
        return endpoint;
    }

    private Endpoint with(String key, String value, String text) {
        return switch (key) {
            case "weight" -> withCheckedWeight(number(key, value, text));
            case "tier" -> withCheckedTier(number(key, value, text));
            case "zone" -> withZone(value);
            default -> throw refused(text, "its labels must be weight, zone or tier, was " + key);
        };
    }

    private static long number(String key, String value, String text) {
        if (!value.matches("-?[0-9]{1,18}")) {
            throw refused(text, "its " + key + " must be a whole number, was " + (value.isEmpty() ? "empty" : value));
        }
        return Long.parseLong(value);
    }

    private static int port(String url, String scheme, @Nullable String text) {
        if (text == null) {
            return scheme.equals("https") ? 443 : 80;
        }
        boolean digits = text.matches("[0-9]{1,5}");
        int port = digits ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw refused(url, "its port must be 1 to 65535, was " + (text.isEmpty() ? "empty" : text));
        }
        return port;
    }

    private static String prefix(String url, String path) {
        if (!PATH.matcher(path).matches()) {
            throw refused(url, "its path must be percent-encoded, was " + path);
        }
        for (String segment : path.split("/", -1)) {
            String plain = segment.replace("%2e", ".").replace("%2E", ".");
            if (plain.equals(".") || plain.equals("..")) {
                throw refused(url, "its path must have no dot segment, was " + path);
            }
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static IllegalArgumentException refused(String url, String rule) {
        // A password must not reach a log through a message.
        Matcher userInfo = USER_INFO.matcher(url);
        String shown = userInfo.lookingAt() ? userInfo.group("start") + "***@" + url.substring(userInfo.end()) : url;
        return new IllegalArgumentException("not a usable endpoint: \"" + shown + "\": " + rule);
    }

    /** Returns {@code http} or {@code https}. */
    public String scheme() {
        return scheme;
    }

    /** Returns the host in lower case; an IPv6 address is in brackets. */
    public String host() {
        return host;
    }

    /** Returns the port, 1 to 65535. */
    public int port() {
        return port;
    }

    /** Returns the path that stands before the path of every request, such as {@code /v2}; empty for none. */
    public String pathPrefix() {
        return pathPrefix;
    }

    /** Returns the whole as text, always with its port: {@code http://10.0.0.1:8080/v2}. */
    public String url() {
        return url;
    }

    /** Returns where to connect to, or null if the host is still to be resolved by whoever connects. */
    public @Nullable InetAddress address() {
        return address;
    }

    /** Returns the share of traffic this endpoint should get beside the others, 1 by default. */
    public int weight() {
        return labels.weight;
    }

    /** Returns where this endpoint stands, such as a data centre, or null if that is not known. */
    public @Nullable String zone() {
        return labels.zone;
    }

    /** Returns the tier, 0 by default, the best. A higher one serves only what the lower ones cannot. */
    public int tier() {
        return labels.tier;
    }

    /** Tells whether another endpoint has the same weight, zone and tier. */
    public boolean hasLabelsOf(Endpoint other) {
        return labels.equals(other.labels);
    }

    /**
     * Returns the same endpoint with another weight.
     *
     * @param newWeight 1 to {@link #MAX_WEIGHT}; to send nothing, drain the backend instead
     * @throws IllegalArgumentException if the weight is out of range
     */
    public Endpoint withWeight(int newWeight) {
        return withCheckedWeight(newWeight);
    }

    private Endpoint withCheckedWeight(long newWeight) {
        if (newWeight < 1 || newWeight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight must be 1 to " + MAX_WEIGHT + ", was " + newWeight + " for " + url);
        }
        return with(new Labels((int) newWeight, labels.zone, labels.tier));
    }

    /**
     * Returns the same endpoint in another zone.
     *
     * @param newZone 1 to 63 letters, digits, dots, hyphens or underscores
     * @throws IllegalArgumentException for any other name
     */
    public Endpoint withZone(String newZone) {
        if (!ZONE.matcher(newZone).matches()) {
            throw new IllegalArgumentException(
                    "zone must be 1 to 63 letters, digits, '.', '-' or '_', was \"" + newZone + "\" for " + url);
        }
        return with(new Labels(labels.weight, newZone, labels.tier));
    }

    /**
     * Returns the same endpoint in another tier.
     *
     * @param newTier 0, the best, to {@link #MAX_TIER}
     * @throws IllegalArgumentException if the tier is out of range
     */
    public Endpoint withTier(int newTier) {
        return withCheckedTier(newTier);
    }

    private Endpoint withCheckedTier(long newTier) {
        if (newTier < 0 || newTier > MAX_TIER) {
            throw new IllegalArgumentException("tier must be 0 to " + MAX_TIER + ", was " + newTier + " for " + url);
        }
        return with(new Labels(labels.weight, labels.zone, (int) newTier));
    }

    private Endpoint with(Labels newLabels) {
        return new Endpoint(this, address, newLabels);
    }

    /** Returns the same place by one of the addresses that its host has resolved to. Nothing is resolved here. */
    public Endpoint withAddress(InetAddress resolved) {
        return new Endpoint(this, Objects.requireNonNull(resolved, "address"), labels);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Endpoint that && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode();
    }

    /**
     * Returns what tells this endpoint from every other, the same in every process: the URL, and behind it the address if there
     * is one, such as {@code https://a:443 at 10.0.0.7}.
     */
    public String identity() {
        return identity;
    }

    /** Returns the {@linkplain #identity identity}. */
    @Override
    public String toString() {
        return identity;
    }
}
