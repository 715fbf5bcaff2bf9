package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Address;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint as the place that logical URLs are rewritten to, and back from. Safe for many threads.
 *
 * <p>Building a URL costs more than all the rest of balancing a call, so the last few that came twice are kept. Those
 * with a query or a password are not: they seldom repeat, and what they hold is nobody's to keep.
 */
final class RewriteTarget implements Target {
    private static final int KEPT_URLS = 64;

    private final String logicalHost;
    private final HttpUrl base;
    private final String prefix;
    private final LogicalPins pins;

    /** Rewritten by logical. Emptied when it is full, so that URLs which no longer come make room. */
    private final Map<HttpUrl, HttpUrl> kept = new ConcurrentHashMap<>();

    /** The hash codes of URLs that came. One that comes once must neither take the room of one that repeats nor be held. */
    private final AtomicIntegerArray came = new AtomicIntegerArray(KEPT_URLS);

    /**
     * What the last URL was built with, null while somebody builds. To set the host of a builder costs as much as the whole
     * rest of a short URL, because OkHttp checks it anew; this one has it.
     */
    private final AtomicReference<HttpUrl.@Nullable Builder> spare = new AtomicReference<>();

    /** What leads calls to the endpoint's address; null if the client resolves its host. */
    private final @Nullable AddressPin pin;

    /** The backend went out of service after this was made for it. A call that comes later gets another target. */
    private volatile boolean left;

    private RewriteTarget(String logicalHost, HttpUrl base, String prefix, @Nullable AddressPin pin) {
        this.logicalHost = logicalHost;
        this.base = base;
        this.prefix = prefix;
        this.pins = new LogicalPins(logicalHost, base);
        this.pin = pin;
    }

    static RewriteTarget of(String logicalHost, Endpoint endpoint) throws IOException {
        HttpUrl base = base(endpoint);
        return new RewriteTarget(logicalHost, base, endpoint.pathPrefix(), AddressPin.of(endpoint, base));
    }

    /** Returns the URL of an endpoint. */
    static HttpUrl base(Endpoint endpoint) throws IOException {
        HttpUrl base = HttpUrl.parse(endpoint.url());
        if (base == null) {
            throw new IOException("OkHttp cannot call the endpoint " + endpoint + ": not a URL it accepts");
        }
        return base;
    }

    /** Tells whether a URL is one that calls for the balancer have. */
    boolean isLogical(HttpUrl url) {
        return url.host().equals(logicalHost) && url.port() == HttpUrl.defaultPort(url.scheme());
    }

    @Override
    public HttpUrl rewrite(HttpUrl logical) {
        HttpUrl known = kept.get(logical);
        if (known != null) {
            return known;
        }
        HttpUrl built = build(logical);
        if (logical.querySize() == 0 && logical.password().isEmpty() && cameBefore(logical.hashCode())) {
            if (kept.size() >= KEPT_URLS) {
                kept.clear();
            }
            kept.put(logical, built);
        }
        return built;
    }

    private boolean cameBefore(int hash) {
        return came.getAndSet(Math.floorMod(hash, KEPT_URLS), hash) == hash;
    }

    private HttpUrl build(HttpUrl logical) {
        if (!logical.username().isEmpty() || !logical.password().isEmpty() || logical.fragment() != null) {
            return withPath(at(logical, base), logical).build();
        }
        HttpUrl.Builder taken = spare.getAndSet(null);
        HttpUrl.Builder builder = taken != null ? taken : base.newBuilder();
        HttpUrl built =
                withPath(builder, logical).encodedQuery(logical.encodedQuery()).build();
        spare.set(builder.encodedQuery(null)); // for the same reason that URLs with a query are not kept
        return built;
    }

    /** Sets the path below the prefix, byte for byte. */
    private HttpUrl.Builder withPath(HttpUrl.Builder builder, HttpUrl logical) {
        String url = logical.toString();
        // The segments are known, and then need not be cut out of the path, but they are decoded, and an empty one
        // could not
        // be added before others.
        if (url.indexOf('%') >= 0 || url.indexOf("//", logical.scheme().length() + "://".length()) >= 0) {
            return builder.encodedPath(prefix + logical.encodedPath());
        }
        builder.encodedPath(prefix.isEmpty() ? "/" : prefix);
        List<String> segments = logical.pathSegments();
        for (int i = 0; i < segments.size(); i++) { // without an iterator, for each call
            builder.addPathSegment(segments.get(i));
        }
        return builder;
    }

    @Override
    public Interceptor.Chain on(Interceptor.Chain chain, long nowNanos) throws IOException {
        Interceptor.Chain checked = pins.on(chain);
        if (pin != null) {
            return pin.on(checked, nowNanos);
        }
        return base.isHttps() ? ProxyLogin.on(checked) : checked;
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
        return serves(connected.url()) && AddressPin.isMet(pin, connected);
    }

    /** Also a URL that is not under the prefix. */
    @Override
    public boolean serves(HttpUrl url) {
        return url.port() == base.port()
                && url.host().equals(base.host())
                && url.scheme().equals(base.scheme());
    }

    @Override
    public boolean isNamed(HttpUrl url) {
        return url.port() == base.port() && url.host().equals(base.host());
    }

    @Override
    public Response mapBack(Response response, Request sent, Request.Builder seen) {
        return mapBack(response, sent, seen.build());
    }

    private Response mapBack(Response response, Request sent, Request seen) {
        Response prior = response.priorResponse();
        return response.newBuilder()
                .request(mapBack(response.request(), sent, seen))
                .priorResponse(prior == null ? null : mapBack(prior, sent, seen))
                .build();
    }

    private Request mapBack(Request request, Request sent, Request seen) {
        if (request == sent) {
            return seen;
        }
        HttpUrl url = logical(request.url(), seen.url());
        return url == null ? request : request.newBuilder().url(url).build();
    }

    /** Returns the logical URL of a follow-up, or null if it is not below this endpoint. */
    private @Nullable HttpUrl logical(HttpUrl url, HttpUrl logical) {
        if (!serves(url)) {
            return null;
        }
        if (prefix.isEmpty()) {
            return at(url, logical).build();
        }
        String path = url.encodedPath();
        if (!path.startsWith(prefix) || path.length() == prefix.length() || path.charAt(prefix.length()) != '/') {
            return null;
        }
        return at(url, logical).encodedPath(path.substring(prefix.length())).build();
    }

    @Override
    public String toString() {
        return pin == null ? base.toString() : pin.toString();
    }

    private static HttpUrl.Builder at(HttpUrl url, HttpUrl place) {
        return url.newBuilder().scheme(place.scheme()).host(place.host()).port(place.port());
    }
}
