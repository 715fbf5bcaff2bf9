package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * What a probe asks.
 *
 * @param method GET or HEAD
 * @param path what follows the endpoint's prefix, with the query
 * @param headers what goes with it
 */
record ProbeRequest(String method, String path, Headers headers) {
    static ProbeRequest of(String method, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a health check's path must begin with \"/\", was \"" + path + "\"");
        }
        if (path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a health check's path must have no fragment, was \"" + path + "\"");
        }
        // Without this OkHttp would ask for gzip and unpack it, and the end of the packed body would not be judged.
        return new ProbeRequest(method, path, Headers.of("Accept-Encoding", "identity"));
    }

    ProbeRequest withHeader(String name, String value) {
        return new ProbeRequest(
                method, path, headers.newBuilder().add(name, value).build());
    }

    ProbeRequest withHost(String host) {
        return new ProbeRequest(
                method, path, headers.newBuilder().set("Host", host).build());
    }

    /** Returns the request, with the {@link AddressPin} of an endpoint that has one as its tag. */
    Request to(Endpoint endpoint) throws IOException {
        HttpUrl url = HttpUrl.get(endpoint.url() + path);
        return new Request.Builder()
                .url(url)
                .headers(headers)
                .method(method, null)
                .tag(AddressPin.class, AddressPin.of(endpoint, url))
                .build();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
