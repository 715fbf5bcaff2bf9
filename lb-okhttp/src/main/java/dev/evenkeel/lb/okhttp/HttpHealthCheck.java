package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthChecker;
import dev.evenkeel.lb.api.Verdict;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * Probes a backend with one HTTP request. Immutable and safe for many threads: each setter returns a changed copy.
 *
 * <pre>{@code
 * HttpHealthCheck.get("/health").every(Duration.ofSeconds(10)).timeout(Duration.ofSeconds(3)).rise(2).fall(3)
 * }</pre>
 *
 * <p>It passes when the status is one of those expected and the body comes to its proper end. A redirect fails and is
 * never followed. Anything else fails: another status, an answer that is no HTTP, a body that is cut short or does not
 * match, a refused or broken connection, a name that does not resolve, a certificate that is not trusted.
 *
 * <p>The path is appended to the path prefix of the endpoint, as the path of a call is: {@code /health} at {@code
 * http://a:8080/v2} asks for {@code /v2/health}.
 *
 * <p>An endpoint with an {@linkplain Endpoint#address address} is asked at that address, under its name; through a proxy it
 * cannot be, and the probe fails.
 *
 * <p>Each probe makes a connection of its own and closes it. The timeout spans the whole probe, from the name's
 * resolution to the last byte of the body, so a body that drips does not extend it. Of the body at most 64 KiB are read;
 * one that is longer passes, unless {@link #expectBody} has to judge it. An interrupt ends the probe at once, unless it
 * waits for a name's resolution, which no interrupt ends.
 */
public final class HttpHealthCheck implements HealthChecker {
    private static final ProbeClient DEFAULT_CLIENT = ProbeClient.of(new OkHttpClient());

    private final ProbeRequest request;
    private final ProbeExpectation expectation;
    private final ProbeClient client;

    private HttpHealthCheck(ProbeRequest request, ProbeExpectation expectation, ProbeClient client) {
        this.request = request;
        this.expectation = expectation;
        this.client = client;
    }

    /**
     * Asks with GET.
     *
     * @param path begins with a slash; may have a query
     * @throws IllegalArgumentException for any other path
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static HttpHealthCheck get(String path) {
        OkHttpFloor.check();
        return new HttpHealthCheck(ProbeRequest.of("GET", path), ProbeExpectation.DEFAULT, DEFAULT_CLIENT);
    }

    /**
     * Asks with HEAD, so that no body is sent.
     *
     * @param path begins with a slash; may have a query
     * @throws IllegalArgumentException for any other path
     * @throws IllegalStateException if the OkHttp that is loaded is older than 5.4
     */
    public static HttpHealthCheck head(String path) {
        OkHttpFloor.check();
        return new HttpHealthCheck(ProbeRequest.of("HEAD", path), ProbeExpectation.DEFAULT, DEFAULT_CLIENT);
    }

    /**
     * Adds a request header, also if there is one of that name already.
     *
     * @throws IllegalArgumentException if the name or the value has characters that a header cannot have
     */
    public HttpHealthCheck header(String name, String value) {
        return new HttpHealthCheck(request.withHeader(name, value), expectation, client);
    }

    /** Sets the Host header; default the backend's host and port. The name in a TLS handshake stays the backend's. */
    public HttpHealthCheck host(String host) {
        return new HttpHealthCheck(request.withHost(host), expectation, client);
    }

    /**
     * Asks every backend under one name, in TLS and in the Host header, wherever it is: as the calls of a balancer of that name do
     * with {@link Transport#PINNED}. Default the endpoint's own.
     *
     * @throws IllegalArgumentException if it is not a host name in lower case
     */
    public HttpHealthCheck pinned(String name) {
        return new HttpHealthCheck(request.withName(name), expectation, client);
    }

    /**
     * Sets the statuses that pass; default 200 to 299.
     *
     * @throws IllegalArgumentException if none is given, if one is not 200 to 599, or if one is a redirect (301, 302,
     *     303, 307, 308), which never passes
     */
    public HttpHealthCheck expectStatus(int... statuses) {
        return new HttpHealthCheck(request, expectation.withStatuses(statuses), client);
    }

    /**
     * Sets a range of statuses that pass, both ends included; default 200 to 299. A redirect (301, 302, 303, 307, 308)
     * never passes, also when it is in the range.
     *
     * @throws IllegalArgumentException if an end is not 200 to 599, or the range is empty
     */
    public HttpHealthCheck expectStatusRange(int from, int to) {
        return new HttpHealthCheck(request, expectation.withStatusRange(from, to), client);
    }

    /**
     * Sets what the body must be like; default anything. The body is read in the charset that it names, or else in
     * UTF-8; one that is longer than 64 KiB fails.
     *
     * @param matches called by many threads; what it throws counts as a failed probe
     * @throws IllegalStateException if this check asks with HEAD, to which there is no body
     */
    public HttpHealthCheck expectBody(Predicate<String> matches) {
        Objects.requireNonNull(matches, "matches");
        if (request.method().equals("HEAD")) {
            throw new IllegalStateException("expectBody needs a body, and the answer to HEAD has none; use get");
        }
        return new HttpHealthCheck(request, expectation.withBody(matches), client);
    }

    /**
     * Takes over how a client connects: TLS, protocols, name resolution, proxy, socket factory. Its interceptors, event
     * listeners, cookies, cache, authenticator, timeouts, dispatcher and connections are left out of it, and so is
     * balancing.
     */
    public HttpHealthCheck client(OkHttpClient newClient) {
        return new HttpHealthCheck(request, expectation, ProbeClient.of(newClient));
    }

    @Override
    public Verdict check(Endpoint endpoint, Duration timeout) throws IOException {
        Call call = client.newCall(request.to(endpoint));
        call.timeout().timeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
        try (Response response = call.execute()) {
            return expectation.judge(response);
        } catch (InterruptedIOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return Verdict.fail("no complete answer within " + timeout.toMillis() + " ms", e);
        }
    }

    /** Returns the request line, such as {@code GET /health}. */
    @Override
    public String toString() {
        return request.toString();
    }
}
