package dev.evenkeel.examples.proxy;

import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request-target into the URL that carries it byte for byte to the upstream. Safe for many threads.
 *
 * <p>{@link HttpUrl} resolves dot segments and encodes some characters anew; a target it would change is refused, since a
 * rule in front of the proxy and the backend behind it would then see two different paths.
 */
final class UpstreamTarget {
    /** Parsing costs more than anything else here, and most traffic asks for few targets. A power of two. */
    private static final int REMEMBERED = 512;

    private static final int LONGEST_REMEMBERED = 256;

    private record Known(String target, HttpUrl url) {}

    private final String base;
    /** Racy on purpose: a slot that is lost or stale costs one parse, and its content is immutable. */
    private final @Nullable Known[] known = new Known[REMEMBERED];

    UpstreamTarget(HttpUrl base) {
        String text = base.toString();
        this.base = text.substring(0, text.length() - 1);
    }

    /**
     * @param target path and query as the client sent them
     * @throws ProxyRefusal 400 if the URL could not carry it as it is
     */
    HttpUrl url(String target) throws ProxyRefusal {
        int slot = spread(target.hashCode()) & (REMEMBERED - 1);
        Known hit = known[slot];
        if (hit != null && hit.target.equals(target)) {
            return hit.url;
        }
        HttpUrl url = parse(target);
        if (target.length() <= LONGEST_REMEMBERED) {
            known[slot] = new Known(target, url);
        }
        return url;
    }

    private HttpUrl parse(String target) throws ProxyRefusal {
        if (target.equals("*")) {
            throw new ProxyRefusal(501, "the target * asks the proxy itself, which has no options to tell");
        }
        if (!target.startsWith("/")) {
            throw ProxyRefusal.badRequest("the request target must begin with /");
        }
        int query = target.indexOf('?');
        refuseDotSegments(query < 0 ? target : target.substring(0, query));
        HttpUrl url = HttpUrl.parse(base + target);
        if (url == null || !carried(url).equals(target)) {
            throw ProxyRefusal.badRequest("the request target has a character that must be percent-encoded");
        }
        return url;
    }

    private static String carried(HttpUrl url) {
        String query = url.encodedQuery();
        return query == null ? url.encodedPath() : url.encodedPath() + "?" + query;
    }

    private static void refuseDotSegments(String path) throws ProxyRefusal {
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return;
        }
        for (String segment : path.split("/", -1)) {
            int parameter = segment.indexOf(';'); // to many a server "..;x" is still ".."
            String name = parameter < 0 ? segment : segment.substring(0, parameter);
            String plain = name.length() > 6 ? "" : name.replace("%2e", ".").replace("%2E", ".");
            if (plain.equals(".") || plain.equals("..")) {
                throw ProxyRefusal.badRequest("the path must have no dot segment");
            }
        }
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 16) ^ (hash >>> 9);
    }
}
