package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no proxy is between the client and an endpoint that is known better here than by name. Safe for many threads.
 *
 * <p>A selector is asked again a second after it said that there is none, and not for every call: Java's own takes longer than
 * all the rest of leading a call. OkHttp asks it for each connection, which lasts longer.
 */
final class DirectWay {
    static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final URI uri;
    private final Endpoint endpoint;
    private final String fix;
    private volatile @Nullable Known last;

    /** The selector named no proxy then. */
    private record Known(ProxySelector selector, long atNanos) {
        boolean holds(ProxySelector asked, long nowNanos) {
            return selector == asked && nowNanos - atNanos < KNOWN_NANOS;
        }
    }

    /**
     * @param uri what OkHttp would ask the proxy selector for
     * @param fix what to do if there is a proxy
     */
    DirectWay(URI uri, Endpoint endpoint, String fix) {
        this.uri = uri;
        this.endpoint = endpoint;
        this.fix = fix;
    }

    /**
     * Checks the proxies of a client.
     *
     * @param nowNanos by {@link System#nanoTime}
     * @throws IOException if there is one
     */
    void demand(Interceptor.Chain chain, long nowNanos) throws IOException {
        Proxy fixed = chain.getProxy();
        if (fixed != null) {
            demand(fixed);
            return;
        }
        ProxySelector selector = chain.getProxySelector();
        Known known = last;
        if (known == null || !known.holds(selector, nowNanos)) {
            for (Proxy proxy : selected(selector)) {
                demand(proxy);
            }
            last = new Known(selector, nowNanos);
        }
    }

    private void demand(Proxy proxy) throws IOException {
        if (proxy.type() != Proxy.Type.DIRECT) {
            throw new IOException("cannot connect to " + endpoint + " through the proxy " + proxy
                    + ": it would resolve the name by itself; " + fix);
        }
    }

    private List<Proxy> selected(ProxySelector selector) throws IOException {
        try {
            List<Proxy> proxies = selector.select(uri);
            return proxies == null ? List.of() : proxies;
        } catch (IllegalArgumentException e) {
            return List.of(); // as OkHttp does, since the JDK's selector says so of a proxy that is set up by half
        } catch (RuntimeException e) {
            // OkHttp would let it kill the thread.
            throw new IOException("the proxy selector failed for " + uri + ": " + e, e);
        }
    }
}
