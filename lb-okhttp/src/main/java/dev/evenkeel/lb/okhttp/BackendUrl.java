package dev.evenkeel.lb.okhttp;

import java.util.List;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Builds URLs that differ in path and query, below one backend. For one thread at a time.
 *
 * <p>OkHttp checks anew whatever its builder is given: the host costs as much as the whole rest of a short URL, each character
 * of the path as much as copying twenty. So one builder is used again and again, and is given only what is another than before.
 */
final class BackendUrl {
    private final HttpUrl.Builder builder;

    /** Percent-encoded, without a slash at its end; empty for none. */
    private final String prefix;

    /** Whether the last segment of the prefix is empty: the builder would put the next one in its place. */
    private final boolean endsOpen;

    /** How many segments of the builder's path are the prefix. */
    private final int prefixSize;

    /** The segments that the builder has behind the prefix; null if it was given a path as a whole. */
    private @Nullable List<String> written;

    BackendUrl(HttpUrl base, String prefix) {
        this.builder = base.newBuilder();
        this.prefix = prefix;
        this.endsOpen = prefix.endsWith("/");
        this.prefixSize = prefix.isEmpty()
                ? 0
                : base.newBuilder().encodedPath(prefix).build().pathSize();
    }

    /** Returns the URL with the path below the prefix and the query of another URL, byte for byte. That one has no fragment. */
    HttpUrl of(HttpUrl logical) {
        String query = logical.encodedQuery();
        List<String> segments = logical.pathSegments();
        if (!endsOpen && isAsWritten(logical.toString(), query) && !hasEmptyBeforeLast(segments)) {
            write(segments);
            written = segments;
        } else {
            builder.encodedPath(prefix + logical.encodedPath());
            written = null;
        }
        if (query == null) {
            return builder.build();
        }
        HttpUrl built = builder.encodedQuery(query).build();
        builder.encodedQuery(null); // what a query holds is nobody's to keep
        return built;
    }

    /** Tells whether the segments of a path, which are decoded, are the same encoded. */
    private static boolean isAsWritten(String url, @Nullable String query) {
        int percent = url.indexOf('%');
        return percent < 0 || (query != null && percent > url.indexOf('?'));
    }

    /** Tells whether there is a segment to which the builder could add none. */
    private static boolean hasEmptyBeforeLast(List<String> segments) {
        for (int i = 0; i < segments.size() - 1; i++) {
            if (segments.get(i).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void write(List<String> segments) {
        List<String> before = written;
        if (before == null) {
            builder.encodedPath(prefix.isEmpty() ? "/" : prefix);
            before = prefix.isEmpty() ? List.of("") : List.of();
        }
        for (int last = before.size() - 1; last >= segments.size(); last--) {
            builder.removePathSegment(prefixSize + last);
        }
        int both = Math.min(before.size(), segments.size());
        for (int i = 0; i < both; i++) {
            String segment = segments.get(i);
            if (!segment.equals(before.get(i))) {
                builder.setPathSegment(prefixSize + i, segment);
            }
        }
        for (int i = both; i < segments.size(); i++) {
            builder.addPathSegment(segments.get(i));
        }
    }
}
