package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Authenticator;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.CertificatePinner;
import okhttp3.ConnectionPool;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okio.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts elsewhere while OkHttp would keep the call on a connection that it shares with another call. */
@org.junit.jupiter.api.Timeout(60)
class NestedCallTest extends PinnedServers {
    private static final String SLOW_PATH = "/slow";

    /** Told of the call that is tried elsewhere only. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private volatile boolean occupied;
    private String scheme = "https";
    private MockWebServer good = new MockWebServer();
    private OkHttpClient client = new OkHttpClient();

    /** Returns the answer to a call that is not about itself: it keeps the connection in use. */
    private static MockResponse slow() {
        return new MockResponse.Builder().body("slow").build();
    }

    /** Fails all but the slow ones, when the connection is occupied. */
    private final class Failing implements Answers {
        private final MockResponse answer;

        Failing(String how) {
            MockResponse.Builder builder = new MockResponse.Builder();
            switch (how) {
                case "stream is reset" -> builder.onResponseStart(new SocketEffect.CloseStream(2));
                case "stream is refused" -> builder.onResponseStart(new SocketEffect.CloseStream(7));
                case "silence" -> builder.onResponseStart(SocketEffect.Stall.INSTANCE);
                default -> builder.code(Integer.parseInt(how)).body("bad");
            }
            answer = builder.build();
        }

        @Override
        public MockResponse to(RecordedRequest request) {
            return request.getTarget().equals(SLOW_PATH) ? slow() : answer;
        }

        @Override
        public MockResponse next() {
            return occupied ? answer : new MockResponse.Builder().build();
        }
    }

    private Request request(String path) {
        return new Request.Builder().url(scheme + "://" + NAME + path).build();
    }

    /** Opens the connection to the first backend and leaves a call on it, and one to the second. */
    private List<Response> occupied(Transport transport, String how, Answers answers, OkHttpClient.Builder options)
            throws IOException {
        Endpoint first;
        Endpoint second;
        if (transport == Transport.PINNED) {
            MockWebServer bad = server(2, new Failing(how));
            good = server(3, answers);
            first = Endpoint.of(at("https", 2, bad));
            second = Endpoint.of(at("https", 3, good));
        } else {
            // Only where they differ by nothing but the address does OkHttp keep such a call.
            scheme = "http";
            options.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
            Protocol h2 = Protocol.H2_PRIOR_KNOWLEDGE;
            MockWebServer bad = OnePort.of(
                    () -> plain(2, 0, h2, new Failing(how)),
                    MockWebServer::getPort,
                    port -> good = plain(3, port, h2, answers));
            first = endpoint("http://name.test:" + bad.getPort(), 2);
            second = endpoint("http://name.test:" + bad.getPort(), 3);
        }
        orders = FakeBalancer.named(NAME, List.of(first, second));
        client = wrapped(options.eventListenerFactory(this::listener), transport, orders);
        Response other = client.newCall(request(SLOW_PATH)).execute();
        Response one = client.newCall(request(SLOW_PATH)).execute();
        occupied = true;
        return List.of(other, one);
    }

    private EventListener listener(Call call) {
        return call.request().url().encodedPath().equals(SLOW_PATH)
                ? EventListener.NONE
                : new NamedEvents(call, events);
    }

    private void end(List<Response> others) throws IOException {
        for (Response other : others) {
            assertThat(other.body().string()).isEqualTo("slow");
        }
        Eventually.holds("nothing is in flight", () -> orders.inFlight() == 0);
    }

    private Answers ok(String body) {
        return request -> {
            if (request.getTarget().equals(SLOW_PATH)) {
                return slow();
            }
            return new MockResponse.Builder().body(body).build();
        };
    }

    record Case(Transport transport, String how) {}

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (String how : List.of("503", "502", "stream is reset", "stream is refused", "silence")) {
                cases.add(new Case(transport, how));
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_call_is_answered_by_another_backend_and_in_flight_until_its_body_is_closed(Case one) throws Exception {
        List<Response> others = occupied(one.transport, one.how, ok("ok"), base().readTimeout(patience(one.how)));
        int before = orders.inFlight();
        Response response = client.newCall(request("/x")).execute();
        assertThat(response.code()).isEqualTo(200);
        assertThat(response.request().url()).isEqualTo(request("/x").url());
        assertThat(response.request().tag(CallTracker.class)).isNull();
        assertThat(response.request().tag(Backend.class).endpoint().address())
                .satisfiesAnyOf(
                        address -> assertThat(address).isNull(),
                        address -> assertThat(address).isEqualTo(loopback(3)));
        assertThat(orders.inFlight()).isEqualTo(before + 1);
        assertThat(response.body().string()).isEqualTo("ok");
        response.close();
        Eventually.holds("the call is over", () -> orders.inFlight() == before);
        end(others);
        RecordedRequest first = good.takeRequest();
        RecordedRequest second = good.takeRequest();
        assertThat(second.getTarget()).isEqualTo("/x");
        assertThat(second.getConnectionIndex()).isEqualTo(first.getConnectionIndex());
        assertThat(events).containsOnlyOnce("callStart", "callEnd").doesNotContain("callFailed");
        assertThat(count("requestHeadersStart")).as("%s", events).isGreaterThanOrEqualTo(2);
        assertThat(count("connectionAcquired")).as("%s", events).isEqualTo(count("connectionReleased"));
    }

    private long count(String event) {
        return events.stream().filter(event::equals).count();
    }

    @Test
    void a_body_that_is_closed_unread_ends_it() throws Exception {
        List<Response> others = occupied(Transport.PINNED, "503", ok("x".repeat(1 << 20)), base());
        int before = orders.inFlight();
        Response response = client.newCall(request("/x")).execute();
        assertThat(orders.inFlight()).isEqualTo(before + 1);
        response.close();
        assertThat(orders.inFlight()).isEqualTo(before);
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
        end(others);
    }

    @Test
    void a_body_that_breaks_off_blames_the_backend_it_came_from() throws Exception {
        List<Response> others = occupied(
                Transport.PINNED,
                "503",
                request -> request.getTarget().equals(SLOW_PATH)
                        ? slow()
                        : new MockResponse.Builder()
                                .body("x".repeat(1 << 20))
                                .onResponseBody(new SocketEffect.CloseStream(2))
                                .build(),
                base());
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.FAILURE);
        end(others);
    }

    /** Answers the headers at once, or never, and the body never. */
    private Answers stalling(boolean headers) {
        return request -> {
            if (request.getTarget().equals(SLOW_PATH)) {
                return slow();
            }
            arrived.countDown();
            if (!headers) {
                over.await();
            }
            return new MockResponse.Builder()
                    .body("x".repeat(1 << 20))
                    .throttleBody(1 << 10, 1, TimeUnit.MINUTES)
                    .build();
        };
    }

    /** Nothing but what is tested ends a call of this one. */
    private OkHttpClient.Builder endless() {
        return base().readTimeout(Duration.ZERO);
    }

    record Canceled(Transport transport, How how) {}

    static List<Canceled> canceled() {
        List<Canceled> canceled = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (How how : How.values()) {
                canceled.add(new Canceled(transport, how));
            }
        }
        return canceled;
    }

    @ParameterizedTest
    @MethodSource("canceled")
    void a_cancel_ends_it_before_the_headers_and_blames_nobody(Canceled one) throws Exception {
        open.add(0, over::countDown);
        List<Response> others = occupied(one.transport, "503", stalling(false), endless());
        Call call = client.newCall(request("/x"));
        CompletableFuture<Response> end = one.how.begin(call);
        assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        call.cancel();
        assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        Eventually.holds("it is over", () -> orders.outcomes().size() == 2);
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.IGNORED);
        assertThat(events).containsOnlyOnce("canceled", "callFailed").doesNotContain("callEnd");
        end(others);
    }

    @ParameterizedTest
    @MethodSource("canceled")
    void a_cancel_ends_it_while_the_body_is_read_and_blames_nobody(Canceled one) throws Exception {
        List<Response> others = occupied(one.transport, "503", stalling(true), endless());
        Call call = client.newCall(request("/x"));
        try (Response response = one.how.begin(call).get(20, TimeUnit.SECONDS)) {
            response.body().source().require(1);
            call.cancel();
            assertThatThrownBy(() -> response.body().bytes()).isInstanceOf(IOException.class);
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.IGNORED);
        end(others);
    }

    @ParameterizedTest
    @EnumSource
    void a_cancel_ends_it_while_it_connects_and_blames_nobody(How how) throws Exception {
        MockWebServer bad = server(2, new Failing("503"));
        MatrixServer full = RawFaults.fullBacklog();
        open.add(full);
        Endpoint first = Endpoint.of(at("https", 2, bad));
        orders = FakeBalancer.named(
                NAME, List.of(first, first, Endpoint.of(full.url().replace("http:", "https:"))));
        AtomicInteger connects = new AtomicInteger();
        EventListener counting = new EventListener() {
            @Override
            public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
                connects.incrementAndGet();
            }
        };
        client = wrapped(endless().connectTimeout(Duration.ZERO).eventListener(counting), Transport.PINNED, orders);
        Response other = client.newCall(request(SLOW_PATH)).execute();
        occupied = true;
        Call call = client.newCall(request("/x"));
        CompletableFuture<Response> end = how.begin(call);
        Eventually.holds("it connects", () -> connects.get() == 2);
        assertThat(end).isNotDone();
        call.cancel();
        assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        Eventually.holds("it is over", () -> orders.outcomes().size() == 2);
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.IGNORED);
        end(List.of(other));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_time_of_the_call_is_for_the_attempt_and_its_body_and_blames_the_backend(boolean headers) throws Exception {
        open.add(0, over::countDown);
        List<Response> others = occupied(Transport.PINNED, "503", stalling(headers), endless());
        Call call = client.newCall(request("/x"));
        call.timeout().timeout(1, TimeUnit.SECONDS);
        assertThatThrownBy(() -> {
                    try (Response response = call.execute()) {
                        response.body().bytes();
                    }
                })
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timeout");
        Eventually.holds("the attempts are over", () -> orders.outcomes().size() == 2);
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.FAILURE);
        end(others);
    }

    @Test
    void an_interceptor_outside_that_fails_with_the_response_in_hand_leaves_nothing_open() throws Exception {
        List<Response> others =
                occupied(Transport.PINNED, "503", ok("x".repeat(1 << 20)), base().addInterceptor(chain -> {
                    Response response = chain.proceed(chain.request());
                    if (chain.request().url().encodedPath().equals(SLOW_PATH)) {
                        return response;
                    }
                    throw new IOException("not to my liking");
                }));
        assertThatThrownBy(() -> client.newCall(request("/x")).execute()).hasMessage("not to my liking");
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
        end(others);
        Eventually.holds(
                "all connections are idle",
                () -> client.connectionPool().idleConnectionCount()
                        == client.connectionPool().connectionCount());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void connections_are_counted_right_and_closed_when_their_backends_go(Transport transport) throws Exception {
        Set<Socket> sockets = ConcurrentHashMap.newKeySet();
        List<Response> others = occupied(transport, "503", ok("ok"), base().addNetworkInterceptor(chain -> {
            sockets.add(chain.connection().socket());
            return chain.proceed(chain.request());
        }));
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        end(others);
        assertThat(sockets)
                .hasSize(2)
                .allSatisfy(socket -> assertThat(socket.isClosed()).isFalse());
        orders.goOutOfService();
        Eventually.holds("all connections are closed", () -> sockets.stream().allMatch(Socket::isClosed));
    }

    @Test
    void what_the_user_set_is_in_force_and_interceptors_outside_run_once() throws Exception {
        List<String> applied = new CopyOnWriteArrayList<>();
        List<Integer> running = new CopyOnWriteArrayList<>();
        List<Response> others = occupied(
                Transport.PINNED,
                "503",
                ok("ok"),
                base().addInterceptor(chain -> {
                            applied.add("application");
                            return chain.proceed(chain.request());
                        })
                        .addNetworkInterceptor(chain -> {
                            applied.add("network");
                            running.add(client.dispatcher().runningCallsCount());
                            return chain.proceed(chain.request()
                                    .newBuilder()
                                    .header("Signed", "yes")
                                    .build());
                        }));
        applied.clear();
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(applied).containsExactly("application", "network", "network");
        assertThat(running).as("it is one call").containsOnly(1);
        good.takeRequest();
        assertThat(good.takeRequest().getHeaders().get("Signed")).isEqualTo("yes");
        end(others);
    }

    /** Returns what a chain says that it goes by, but for the ways to a backend. */
    private static List<Object> rules(Interceptor.Chain chain) {
        return Arrays.asList(
                chain.connectTimeoutMillis(),
                chain.readTimeoutMillis(),
                chain.writeTimeoutMillis(),
                chain.getFollowRedirects(),
                chain.getFollowSslRedirects(),
                chain.getRetryOnConnectionFailure(),
                chain.getAuthenticator(),
                chain.getCookieJar(),
                chain.getCache(),
                chain.getProxy(),
                // with a proxy none is asked, and OkHttp puts one that has none in its place
                chain.getProxy() == null ? chain.getProxySelector() : "none",
                chain.getProxyAuthenticator(),
                chain.getConnectionPool(),
                chain.getHostnameVerifier(),
                chain.getCertificatePinner(),
                chain.getSslSocketFactoryOrNull(),
                chain.getX509TrustManagerOrNull(),
                ((BackendDns) chain.getDns()).others(),
                chain.getSocketFactory().getClass());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void it_goes_by_what_interceptors_outside_changed_for_the_call(boolean proxy, @TempDir File directory)
            throws Exception {
        Map<String, List<Object>> rules = new ConcurrentHashMap<>();
        HostnameVerifier verifier = (host, session) -> true;
        Authenticator authenticator = (route, challenge) -> null;
        Authenticator proxyAuthenticator = (route, challenge) -> null;
        CookieJar jar = new CookieJar() {
            @Override
            public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
                assertThat(cookies).isNotEmpty();
            }

            @Override
            public List<Cookie> loadForRequest(HttpUrl url) {
                return List.of();
            }
        };
        ProxySelector selector = ProxySelector.of(null);
        ConnectionPool pool = new ConnectionPool();
        Dns dns = host -> List.of();
        HandshakeCertificates tls = new HandshakeCertificates.Builder()
                .addTrustedCertificate(CERTIFICATE.certificate())
                .build();
        SSLSocketFactory secured = tls.sslSocketFactory();
        Set<Call> calls = ConcurrentHashMap.newKeySet();
        CertificatePinner pins = new CertificatePinner.Builder()
                .add(NAME, CertificatePinner.pin(CERTIFICATE.certificate()))
                .build();
        try (Cache cache = new Cache(directory, 1 << 20)) {
            OkHttpClient.Builder changing = base().addInterceptor(
                            chain -> chain.withConnectTimeout(17, TimeUnit.SECONDS)
                                    .withReadTimeout(18, TimeUnit.SECONDS)
                                    .withWriteTimeout(19, TimeUnit.SECONDS)
                                    .withRetryOnConnectionFailure(false)
                                    .withAuthenticator(authenticator)
                                    .withCookieJar(jar)
                                    .withCache(cache)
                                    .withProxy(proxy ? Proxy.NO_PROXY : null)
                                    .withConnectionPool(pool)
                                    .withProxySelector(selector)
                                    .withProxyAuthenticator(proxyAuthenticator)
                                    .withHostnameVerifier(verifier)
                                    .withCertificatePinner(pins)
                                    .withSslSocketFactory(secured, tls.trustManager())
                                    .withDns(dns)
                                    .proceed(chain.request()))
                    .addNetworkInterceptor(chain -> {
                        calls.add(chain.call());
                        rules.put(
                                chain.connection().route().socketAddress()
                                        + chain.request().url().encodedPath(),
                                rules(chain));
                        return chain.proceed(chain.request());
                    });
            List<Response> others = occupied(Transport.PINNED, "503", ok("ok"), changing);
            rules.clear();
            calls.clear();
            OkHttpClient derived = client.newBuilder()
                    .followRedirects(false)
                    .followSslRedirects(false)
                    .build();
            try (Response response = derived.newCall(request("/x")).execute()) {
                assertThat(response.body().string()).isEqualTo("ok");
            }
            end(others);
        }
        assertThat(rules).hasSize(2);
        assertThat(calls).as("one of them nested").hasSize(2);
        List<List<Object>> both = List.copyOf(rules.values());
        assertThat(both.get(0))
                .contains(17_000, 18_000, 19_000, verifier, jar, pool, proxy ? Proxy.NO_PROXY : selector, dns);
        assertThat(both.get(1)).isEqualTo(both.get(0));
    }

    @Test
    void it_connects_by_the_sockets_that_an_interceptor_outside_has_given_the_call() throws Exception {
        SocketFactory own = InterruptibleSockets.factory();
        Set<Call> calls = ConcurrentHashMap.newKeySet();
        Set<SocketFactory> used = ConcurrentHashMap.newKeySet();
        OkHttpClient.Builder changing = base().addInterceptor(
                        chain -> chain.withSocketFactory(own).proceed(chain.request()))
                .addNetworkInterceptor(chain -> {
                    calls.add(chain.call());
                    used.add(chain.getSocketFactory());
                    return chain.proceed(chain.request());
                });
        List<Response> others = occupied(Transport.REWRITE, "503", ok("ok"), changing);
        calls.clear();
        used.clear();
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        end(others);
        assertThat(calls).as("one of them nested").hasSize(2);
        assertThat(used).containsExactly(own);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_redirect_to_the_logical_host_stays_at_the_other_backend(Transport transport) throws Exception {
        List<Response> others = occupied(
                transport,
                "503",
                request -> request.getTarget().equals("/x")
                        ? redirect(302, scheme + "://" + NAME + "/y")
                        : ok("ok").to(request),
                base());
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().url()).isEqualTo(request("/y").url());
        }
        assertThat(looked).isEmpty();
        end(others);
    }

    @Test
    void what_is_left_of_the_calls_time_and_its_deadline_are_handed_on() throws Exception {
        List<Timeout> timeouts = new CopyOnWriteArrayList<>();
        List<Response> others = occupied(Transport.PINNED, "503", ok("ok"), base().addNetworkInterceptor(chain -> {
            timeouts.add(chain.call().timeout());
            return chain.proceed(chain.request());
        }));
        timeouts.clear();
        Call call = client.newCall(request("/x"));
        call.timeout().timeout(1, TimeUnit.HOURS).deadline(2, TimeUnit.HOURS);
        long at = call.timeout().deadlineNanoTime();
        try (Response response = call.execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(timeouts).hasSize(2);
        Timeout inner = timeouts.get(1);
        assertThat(inner).isNotSameAs(call.timeout());
        assertThat(inner.timeoutNanos())
                .isPositive()
                .as("the first attempt took some of it")
                .isLessThan(TimeUnit.HOURS.toNanos(1));
        assertThat(inner.deadlineNanoTime()).isEqualTo(at);
        end(others);
    }

    @Test
    void a_cancel_that_comes_before_it_was_begun_is_heard() throws Exception {
        List<Response> others = occupied(Transport.PINNED, "503", ok("ok"), base());
        Call call = client.newCall(request("/x"));
        orders.whenPicked(orders.acquired() + 2, call::cancel);
        assertThatThrownBy(call::execute).hasMessage("Canceled");
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.IGNORED);
        end(others);
        assertThat(good.getRequestCount()).as("the slow one alone").isEqualTo(1);
    }

    @Test
    void a_limit_that_was_lifted_for_the_call_is_not_in_force_in_it() throws Exception {
        List<Long> limits = new CopyOnWriteArrayList<>();
        List<Response> others = occupied(
                Transport.PINNED,
                "503",
                ok("ok"),
                base().callTimeout(Duration.ofHours(1)).addNetworkInterceptor(chain -> {
                    limits.add(chain.call().timeout().timeoutNanos());
                    return chain.proceed(chain.request());
                }));
        limits.clear();
        Call call = client.newCall(request("/x"));
        call.timeout().clearTimeout();
        try (Response response = call.execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(limits).containsExactly(0L, 0L);
        end(others);
    }

    @Test
    void one_that_fails_counts_against_its_backend_and_is_followed_by_another() throws Exception {
        MockWebServer one = server(2, new Failing("503"));
        MockWebServer two = server(3, new Failing("stream is reset"));
        good = server(2, ok("ok"));
        orders = FakeBalancer.named(NAME, at("https", 2, one), at("https", 3, two), at("https", 2, good));
        client = Evenkeel.wrapping(base().build())
                .balancers(orders)
                .transport(NAME, Transport.PINNED)
                .retries(RetryPolicy.DEFAULT.withExtraAttempts(2))
                .build();
        List<Response> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(client.newCall(request(SLOW_PATH)).execute());
        }
        occupied = true;
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.FAILURE, Kind.SUCCESS);
        end(others);
    }

    @Test
    void a_body_that_is_closed_when_its_time_was_up_says_nothing_of_the_backend() throws Exception {
        List<Call> calls = new CopyOnWriteArrayList<>();
        List<Response> others =
                occupied(Transport.PINNED, "503", stalling(true), endless().addNetworkInterceptor(chain -> {
                    calls.add(chain.call());
                    return chain.proceed(chain.request());
                }));
        calls.clear();
        Call call = client.newCall(request("/x"));
        call.timeout().timeout(2, TimeUnit.SECONDS);
        try (Response response = call.execute()) {
            assertThat(response.code()).isEqualTo(200);
            Eventually.holds("the time is up", () -> calls.get(1).isCanceled());
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.IGNORED);
        end(others);
    }

    @Test
    void an_interceptor_outside_that_proceeds_again_and_forgets_the_first_response_leaves_nothing_open()
            throws Exception {
        List<Response> others =
                occupied(Transport.PINNED, "503", ok("x".repeat(1 << 20)), base().addInterceptor(chain -> {
                    Response response = chain.proceed(chain.request());
                    return chain.request().url().encodedPath().equals(SLOW_PATH)
                            ? response
                            : chain.proceed(chain.request());
                }));
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
        end(others);
        Eventually.holds(
                "all connections are idle",
                () -> client.connectionPool().idleConnectionCount()
                        == client.connectionPool().connectionCount());
    }

    @Test
    void while_nobody_shares_the_connection_there_is_none() throws Exception {
        List<Response> others = occupied(Transport.PINNED, "503", ok("ok"), base());
        end(others);
        try (Response response = client.newCall(request("/x")).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(events.indexOf("connectionReleased"))
                .as("OkHttp lets go of the first before it takes the second: %s", events)
                .isLessThan(events.lastIndexOf("connectionAcquired"));
    }
}
