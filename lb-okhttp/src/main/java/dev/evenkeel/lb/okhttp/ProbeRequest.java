package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a probe asks.
 *
 * @param method GET or HEAD
 * @param path what follows the endpoint's prefix, with the query
 * @param headers what goes with it
 * @param name under which the endpoint is asked; null for its own
 */
record ProbeRequest(
        String method,
        String path,
        Headers headers,
        @Nullable String name) {
    static ProbeRequest of(String method, String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a health check's path must begin with \"/\", was \"" + path + "\"");
        }
        if (path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a health check's path must have no fragment, was \"" + path + "\"");
        }
        // Without this OkHttp would ask for gzip and unpack it, and the end of the packed body would not be judged.
        return new ProbeRequest(method, path, Headers.of("Accept-Encoding", "identity"), null);
    }

    ProbeRequest withHeader(String name, String value) {
        return new ProbeRequest(
                method, path, headers.newBuilder().add(name, value).build(), this.name);
    }

    ProbeRequest withHost(String host) {
        return new ProbeRequest(
                method, path, headers.newBuilder().set("Host", host).build(), name);
    }

    ProbeRequest withName(String newName) {
        HttpUrl url = HttpUrl.parse("http://" + newName + "/");
        if (url == null || !url.host().equals(newName) || AddressPin.isLiteral(newName)) {
            throw new IllegalArgumentException(
                    "a health check must ask under a host name, in lower case, was \"" + newName + "\"");
        }
        return new ProbeRequest(method, path, headers, newName);
    }

    /** Returns the request, with the {@link AddressPin} of an endpoint that has one, or what leads a name there, as its tag. */
    Request to(Endpoint endpoint) throws IOException {
        if (name != null) {
            return under(name, endpoint);
        }
        HttpUrl url = HttpUrl.get(endpoint.url() + path);
        return new Request.Builder()
                .url(url)
                .headers(headers)
                .method(method, null)
                .tag(AddressPin.class, AddressPin.of(endpoint, url))
                .build();
    }

    /** The URL has the endpoint's port, so that nothing has to find it. */
    private Request under(String host, Endpoint endpoint) throws IOException {
        HttpUrl url = HttpUrl.get(endpoint.url() + path).newBuilder().host(host).build();
        Request.Builder request = new Request.Builder()
                .url(url)
                .headers(headers)
                .method(method, null)
                .tag(PinnedTarget.class, PinnedTarget.onItsPort(host, endpoint));
        if (headers.get("Host") == null) {
            request.header("Host", host); // as in a call
        }
        return request.build();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
