package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

    /** Several times as many, so that few of the URLs that repeat share a place. A power of two. */
    private static final int CAME_URLS = 256;

    private final String logicalHost;
    private final HttpUrl base;
    private final String prefix;
    private final LogicalPins pins;

    /** Rewritten by logical. Emptied when it is full, so that URLs which no longer come make room. */
    private final Map<HttpUrl, HttpUrl> kept = new ConcurrentHashMap<>();

    /**
     * The hash codes of URLs that came. One that comes once must neither take the room of one that repeats nor be held. Threads
     * may write over one another: what is lost costs to build a URL once more.
     */
    private final int[] came = new int[CAME_URLS];

    /** What the last URL was built with, null while somebody builds. */
    private final AtomicReference<@Nullable BackendUrl> spare = new AtomicReference<>();

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
        int hash = logical.hashCode();
        int place = (hash ^ hash >>> 16) & CAME_URLS - 1;
        boolean cameBefore = came[place] == hash;
        HttpUrl known = cameBefore ? kept.get(logical) : null;
        if (known != null) {
            return known;
        }
        HttpUrl built = build(logical);
        if (!cameBefore) {
            came[place] = hash;
        } else if (logical.querySize() == 0 && logical.password().isEmpty()) {
            if (kept.size() >= KEPT_URLS) {
                kept.clear();
            }
            kept.put(logical, built);
        }
        return built;
    }

    private HttpUrl build(HttpUrl logical) {
        if (!logical.username().isEmpty() || !logical.password().isEmpty() || logical.fragment() != null) {
            return at(logical, base).encodedPath(prefix + logical.encodedPath()).build();
        }
        BackendUrl taken = spare.getAndSet(null);
        BackendUrl builder = taken != null ? taken : new BackendUrl(base, prefix);
        HttpUrl built = builder.of(logical);
        // Released is enough: nothing that this thread does next needs it, and who takes it sees what was written to
        // it.
        spare.setRelease(builder);
        return built;
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
