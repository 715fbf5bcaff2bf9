package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.api.Verdict.Result;
import java.io.File;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLPeerUnverifiedException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Cache;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** URLs that stay logical, while connections are led to backends of other addresses and ports. */
@Timeout(60)
class PinnedTest extends PinnedServers {
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void each_backend_gets_its_calls_on_one_connection_and_everything_is_named_logically(Protocol protocol)
            throws Exception {
        MockWebServer two = server(2, saying("two"));
        MockWebServer three = server(3, saying("three"));
        MockWebServer again = server(3, saying("again"));
        OkHttpClient client = pinned(
                base(
                        protocol == Protocol.HTTP_2
                                ? new Protocol[] {protocol, Protocol.HTTP_1_1}
                                : new Protocol[] {protocol}),
                "https://two.test:" + two.getPort(),
                at("https", 3, three),
                at("https", 3, again));
        for (int i = 0; i < 6; i++) {
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.protocol()).isEqualTo(protocol);
                assertThat(response.body().string())
                        .isEqualTo(List.of("two", "three", "again").get(i % 3));
                assertThat(response.request().url()).isEqualTo(GET.url());
                assertThat(response.request().tag(Backend.class)).isNotNull();
            }
        }
        for (MockWebServer server : List.of(two, three, again)) {
            for (int exchange = 0; exchange < 2; exchange++) {
                RecordedRequest request = server.takeRequest();
                assertThat(request.getConnectionIndex()).isZero();
                assertThat(request.getExchangeIndex()).isEqualTo(exchange);
                assertThat(request.getHandshakeServerNames()).containsExactly(NAME);
                assertThat(request.getUrl()).isEqualTo(GET.url());
            }
        }
        assertThat(client.connectionPool().connectionCount()).isEqualTo(3);
        assertThat(looked).containsExactly("two.test");
    }

    @Test
    void the_address_of_a_backend_on_ipv6_tells_where_its_port_leads() throws IOException {
        LedPort led = new LedPort(NAME, 443, 8443);
        BackendDns dns = new BackendDns(NAME, Endpoint.of("https://[::1]:8443"), "::1", led.toString(), host -> {
            throw new UnknownHostException(host);
        });
        assertThat(dns.lookup(NAME)).singleElement().satisfies(address -> {
            assertThat(address.getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
            assertThat(LedPort.named(new InetSocketAddress(address, 443).getHostString()))
                    .isEqualTo(led);
        });
    }

    @Test
    void an_address_keeps_its_scope_under_another_name() throws IOException {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
        InetAddress scoped = Inet6Address.getByAddress(null, bytes, 2);
        assertThat(BackendDns.named(NAME, scoped)).hasToString(NAME + "/fe80:0:0:0:0:0:0:1%2");
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, "0:0:0:0:0:0:0:1", "fe80:0:0:0:0:0:0:1%2", "10.0.0.1", ""})
    void a_name_as_any_leads_nowhere(String name) {
        assertThat(LedPort.named(name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void who_hears_of_a_connection_is_told_both_ports(boolean ownFactory) throws IOException {
        MockWebServer server = server(2, saying("two"));
        Queue<InetSocketAddress> told = new ConcurrentLinkedQueue<>();
        Queue<InetAddress> connected = new ConcurrentLinkedQueue<>();
        OkHttpClient client = pinned(base(), "https://127.0.0.2:" + server.getPort());
        OkHttpClient.Builder heard = client.newBuilder().eventListener(new EventListener() {
            @Override
            public void connectStart(Call call, InetSocketAddress to, Proxy proxy) {
                told.add(to);
            }

            @Override
            public void connectionAcquired(Call call, Connection connection) {
                connected.add(connection.socket().getInetAddress());
            }
        });
        if (ownFactory) {
            heard.socketFactory(SocketFactory.getDefault()); // back to what there was before the wrap
        }
        assertThat(get(heard.build())).isEqualTo("two");
        assertThat(told).singleElement().hasToString(NAME + ":443->" + server.getPort() + "/127.0.0.2:443");
        assertThat(connected).singleElement().hasToString(NAME + "/127.0.0.2");
    }

    @Test
    void an_endpoint_with_an_address_is_connected_to_there() throws IOException {
        MockWebServer two = server(2, saying("two"));
        orders = FakeBalancer.named(NAME, List.of(endpoint("https://nowhere.test:" + two.getPort(), 2)));
        assertThat(get(wrapped(base(), Transport.PINNED, orders))).isEqualTo("two");
        assertThat(looked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void pins_of_the_logical_host_are_enforced_on_every_backend(Transport transport) throws IOException {
        MockWebServer right = server(2, saying("right"));
        MockWebServer wrong = server(3, 0, OTHER, saying("wrong"));
        String[] urls = {at("https", 2, right), at("https", 3, wrong)};
        OkHttpClient client = wrapped(pinning(base(), NAME, CERTIFICATE), transport, urls);
        for (int i = 0; i < 4; i++) {
            if (i % 2 == 0) {
                assertThat(get(client)).isEqualTo("right");
            } else {
                Request once = GET.newBuilder()
                        .tag(Repeat.class, Repeat.NEVER)
                        .post(RequestBody.EMPTY)
                        .build();
                assertThatThrownBy(() -> get(client, once))
                        .isInstanceOf(SSLPeerUnverifiedException.class)
                        .hasMessageContaining("Certificate pinning failure");
            }
        }
        assertThat(wrong.getRequestCount()).isZero();
    }

    @Test
    void cookies_and_cache_are_shared_by_the_backends(@TempDir File directory) throws Exception {
        Answers answers = request -> new MockResponse.Builder()
                .setHeader("Set-Cookie", "session=1; Domain=" + NAME)
                .setHeader("Cache-Control", "max-age=60")
                .body("kept")
                .build();
        MockWebServer two = server(2, answers);
        MockWebServer three = server(3, answers);
        Map<String, List<Cookie>> jar = new ConcurrentHashMap<>();
        try (Cache cache = new Cache(directory, 1 << 20)) {
            OkHttpClient client = pinned(
                    base().cache(cache).cookieJar(new CookieJar() {
                        @Override
                        public void saveFromResponse(HttpUrl url, List<Cookie> cookies) {
                            jar.put(url.host(), cookies);
                        }

                        @Override
                        public List<Cookie> loadForRequest(HttpUrl url) {
                            return jar.getOrDefault(url.host(), List.of());
                        }
                    }),
                    at("https", 2, two),
                    at("https", 3, three));
            assertThat(get(client)).isEqualTo("kept");
            try (Response hit = client.newCall(GET).execute()) {
                assertThat(hit.networkResponse()).isNull();
                assertThat(hit.body().string()).isEqualTo("kept");
            }
            assertThat(get(
                            client,
                            GET.newBuilder().url("https://" + NAME + "/first").build()))
                    .isEqualTo("kept");
            assertThat(get(
                            client,
                            GET.newBuilder().url("https://" + NAME + "/second").build()))
                    .isEqualTo("kept");
        }
        assertThat(jar).containsOnlyKeys(NAME);
        assertThat(three.takeRequest().getHeaders().get("Cookie")).isEqualTo("session=1");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.IGNORED, Kind.SUCCESS, Kind.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirects_within_the_logical_host_stay_at_the_backend_and_keep_the_authorization(int code) throws Exception {
        MockWebServer two = server(2, request -> switch (request.getTarget()) {
            case "/a" -> redirect(code, "/b");
            case "/b" -> redirect(code, "https://" + NAME + "/c");
            default -> new MockResponse.Builder().body("end").build();
        });
        MockWebServer three = server(3, saying("another backend"));
        OkHttpClient client = pinned(base(), at("https", 2, two), at("https", 3, three));
        Request asked = GET.newBuilder().header("Authorization", "secret").build();
        try (Response response = client.newCall(asked).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
            assertThat(response.request().url()).hasToString("https://" + NAME + "/c");
            assertThat(response.priorResponse().header("Location")).isEqualTo("https://" + NAME + "/c");
            assertThat(response.priorResponse().request().url()).hasToString("https://" + NAME + "/b");
        }
        for (int i = 0; i < 3; i++) {
            RecordedRequest request = two.takeRequest();
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("secret");
            assertThat(request.getConnectionIndex()).isZero();
        }
        assertThat(three.getRequestCount()).isZero();
        assertThat(looked).isEmpty();
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirects_to_a_third_host_connect_to_it_without_the_authorization(int code) throws Exception {
        MockWebServer third = server(1, saying("third"));
        MockWebServer two = server(2, request -> redirect(code, "https://elsewhere.test:" + third.getPort() + "/x"));
        OkHttpClient client = pinned(base(), at("https", 2, two));
        Request asked = GET.newBuilder().header("Authorization", "secret").build();
        try (Response response = client.newCall(asked).execute()) {
            assertThat(response.body().string()).isEqualTo("third");
            assertThat(response.request().url().host()).isEqualTo("elsewhere.test");
        }
        RecordedRequest request = third.takeRequest();
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getHandshakeServerNames()).containsExactly("elsewhere.test");
        assertThat(looked).containsExactly("elsewhere.test");
    }

    /** The certificate of the backend is good for that host, and OkHttp takes it for listening on 443. */
    @Test
    void a_redirect_to_another_host_at_the_same_address_is_not_sent_to_the_backends_port() throws Exception {
        MockWebServer one = server(1, request -> redirect(302, "https://elsewhere.test/x"));
        OkHttpClient client = pinned(base(), at("https", 1, one));
        assertThatThrownBy(() -> client.newCall(GET).execute()).isInstanceOf(IOException.class); // nobody is at 443
        assertThat(looked).containsExactly("elsewhere.test");
        assertThat(one.getRequestCount()).isEqualTo(1);
    }

    /** The certificate of the first is good for the name that the second is called by, and they have one address. */
    @Test
    void connections_of_backends_are_not_coalesced() throws Exception {
        MockWebServer two = server(2, saying("two"));
        MockWebServer second = server(2, saying("second"));
        FakeBalancer elsewhere = FakeBalancer.named("elsewhere.test", at("https", 2, second));
        orders = FakeBalancer.named(NAME, at("https", 2, two));
        OkHttpClient client = Evenkeel.wrapping(base().build())
                .balancers(orders, elsewhere)
                .transport(NAME, Transport.PINNED)
                .transport("elsewhere.test", Transport.PINNED)
                .build();
        for (int i = 0; i < 2; i++) {
            assertThat(get(client)).isEqualTo("two");
            assertThat(get(
                            client,
                            new Request.Builder().url("https://elsewhere.test/").build()))
                    .isEqualTo("second");
        }
        assertThat(second.takeRequest().getHandshakeServerNames()).containsExactly("elsewhere.test");
        assertThat(client.connectionPool().connectionCount()).isEqualTo(2);
    }

    @Test
    void clients_that_keep_one_pool_share_its_connections() throws Exception {
        MockWebServer two = server(2, saying("two"));
        OkHttpClient base = base().build();
        for (int i = 0; i < 2; i++) {
            OkHttpClient client = Evenkeel.wrapping(base)
                    .keepConnectionPool()
                    .balancers(FakeBalancer.named(NAME, at("https", 2, two)))
                    .transport(NAME, Transport.PINNED)
                    .build();
            assertThat(get(client)).isEqualTo("two");
        }
        assertThat(base.connectionPool().connectionCount()).isEqualTo(1);
        base.connectionPool().evictAll();
    }

    record Failure(Protocol protocol, String how) {}

    static List<Failure> failures() {
        List<Failure> failures = new ArrayList<>();
        for (Protocol protocol : List.of(Protocol.HTTP_1_1, Protocol.HTTP_2)) {
            for (String how : List.of("503", "closed", "silence")) {
                failures.add(new Failure(protocol, how));
            }
        }
        return failures;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void a_get_that_fails_is_answered_by_another_backend_of_the_name(Failure failure) throws Exception {
        MockResponse.Builder answer = new MockResponse.Builder();
        switch (failure.how) {
            case "closed" -> answer.onResponseStart(new SocketEffect.CloseSocket());
            case "silence" -> answer.onResponseStart(SocketEffect.Stall.INSTANCE);
            default -> answer.code(503).body("bad");
        }
        MockResponse failing = answer.build();
        MockWebServer bad = server(2, new Answers() {
            @Override
            public MockResponse to(RecordedRequest request) {
                return failing;
            }

            @Override
            public MockResponse next() {
                return failing;
            }
        });
        MockWebServer good = server(3, saying("good"));
        OkHttpClient client = pinned(
                base(failure.protocol == Protocol.HTTP_2
                                ? new Protocol[] {Protocol.HTTP_2, Protocol.HTTP_1_1}
                                : new Protocol[] {Protocol.HTTP_1_1})
                        .readTimeout(patience(failure.how)),
                at("https", 2, bad),
                at("https", 3, good));
        for (int i = 0; i < 2; i++) {
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.protocol()).isEqualTo(failure.protocol);
                assertThat(response.body().string()).isEqualTo("good");
                assertThat(response.request().url()).isEqualTo(GET.url());
            }
        }
        assertThat(good.getRequestCount()).isEqualTo(2);
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS, Kind.FAILURE, Kind.SUCCESS);
    }

    @Test
    void a_web_socket_is_led_to_the_backend() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        MockWebServer two = server(
                2,
                request -> new MockResponse.Builder()
                        .webSocketUpgrade(new WebSocketListener() {
                            @Override
                            public void onMessage(WebSocket socket, String text) {
                                socket.send("you said " + text);
                            }

                            @Override
                            public void onClosing(WebSocket socket, int code, String reason) {
                                socket.close(code, reason);
                            }
                        })
                        .build());
        OkHttpClient client = pinned(base(), at("https", 2, two));
        List<String> heard = new CopyOnWriteArrayList<>();
        client.newWebSocket(new Request.Builder().url("wss://" + NAME + "/").build(), new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response response) {
                socket.send("hello");
            }

            @Override
            public void onMessage(WebSocket socket, String text) {
                heard.add(text);
                socket.close(1000, null);
            }

            @Override
            public void onClosed(WebSocket socket, int code, String reason) {
                closed.countDown();
            }

            @Override
            public void onFailure(WebSocket socket, Throwable t, @Nullable Response response) {
                heard.add(t.toString());
                closed.countDown();
            }
        });
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).containsExactly("you said hello");
        assertThat(two.takeRequest().getHandshakeServerNames()).containsExactly(NAME);
    }

    @Test
    void a_probe_under_the_name_goes_to_each_backend() throws Exception {
        MockWebServer two = server(2, saying("fine"));
        HttpHealthCheck check =
                HttpHealthCheck.get("/health").client(base().build()).pinned(NAME);
        for (Endpoint endpoint : List.of(
                Endpoint.of(at("https", 2, two)),
                Endpoint.of("https://two.test:" + two.getPort()),
                endpoint("https://nowhere.test:" + two.getPort(), 2))) {
            assertThat(check.check(endpoint, Duration.ofSeconds(20)).result()).isEqualTo(Result.PASS);
            RecordedRequest probe = two.takeRequest();
            assertThat(probe.getHandshakeServerNames()).containsExactly(NAME);
            assertThat(probe.getUrl()).hasToString("https://" + NAME + "/health");
        }
        assertThatThrownBy(() -> check.pinned("10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a health check must ask under a host name, in lower case, was \"10.0.0.1\"");
    }

    @Test
    void connections_to_a_backend_that_goes_are_closed_and_others_stay() throws Exception {
        MockWebServer two = server(2, saying("two"));
        MockWebServer three = server(3, saying("three"));
        List<Socket> sockets = new ArrayList<>();
        OkHttpClient client = pinned(
                base().addNetworkInterceptor(chain -> {
                    sockets.add(chain.connection().socket());
                    return chain.proceed(chain.request());
                }),
                at("https", 2, two),
                at("https", 3, three));
        get(client);
        get(client);
        orders.goesOutOfService(at("https", 2, two));
        Eventually.holds("the first is closed", () -> sockets.get(0).isClosed());
        assertThat(sockets.get(1).isClosed()).isFalse();
    }

    @Test
    void a_backend_that_is_not_there_is_named_with_its_port_and_blamed() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, loopback(2))) {
            port = closed.getLocalPort();
        }
        OkHttpClient client = pinned(base(), "https://127.0.0.2:" + port);
        assertThatThrownBy(() -> get(client))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getCause()).hasMessageContaining("127.0.0.2:" + port));
        assertThat(orders.kinds()).containsExactly(Kind.UNREACHABLE);
    }

    private void assertRefused(OkHttpClient client, Request request, String... parts) {
        assertThatThrownBy(() -> get(client, request))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
        assertThat(orders.kinds()).containsOnly(Kind.IGNORED);
    }

    @Test
    void schemes_that_differ_are_refused() {
        assertRefused(
                pinned(base(), "http://127.0.0.2:81"),
                GET,
                "cannot pin https://orders.test to http://127.0.0.2:81: a pinned call keeps its scheme; call http://orders.test");
        assertRefused(
                pinned(base(), "https://127.0.0.2:81"),
                GET.newBuilder().url("http://orders.test/").build(),
                "cannot pin http://orders.test to https://127.0.0.2:81");
    }

    @Test
    void a_path_prefix_is_refused() {
        assertRefused(
                pinned(base(), "https://127.0.0.2:81/v2"),
                GET,
                "cannot pin orders.test to https://127.0.0.2:81/v2",
                "the prefix /v2; leave it out, or use Transport.REWRITE");
    }

    @Test
    void a_proxy_is_refused() throws IOException {
        Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress(loopback(1), 1));
        assertRefused(
                pinned(base().proxy(proxy), "https://127.0.0.2:81"),
                GET,
                "through the proxy HTTP @",
                "leave orders.test out of the proxy, or use Transport.REWRITE");
    }

    /** As the default one, and not it. */
    @Test
    void a_socket_factory_of_the_users_is_refused_where_the_port_differs_and_used_where_it_does_not() {
        assertRefused(
                pinned(base().socketFactory(TestSockets.of(Socket::new)), "https://127.0.0.2:81"),
                GET,
                "its port is not 443, and the client's socket factory",
                "let the backends listen on 443");
        OkHttpClient client = pinned(base().socketFactory(TestSockets.of(Socket::new)), "https://127.0.0.2");
        assertThatThrownBy(() -> get(client)).as("nobody is there").hasMessageContaining("127.0.0.2:443");
        assertThat(orders.kinds()).containsExactly(Kind.UNREACHABLE);
    }

    @Test
    void a_redirect_to_another_port_of_the_logical_host_is_refused_and_blames_nobody() throws IOException {
        MockWebServer two = server(2, request -> redirect(302, "http://" + NAME + "/x"));
        OkHttpClient client = pinned(base(), at("https", 2, two));
        assertThatThrownBy(() -> get(client))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of a pinned backend only port 443 is known");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS);
    }

    @Test
    void a_transport_for_nobody_and_a_pinned_address_are_refused_at_once() {
        Evenkeel nobody = Evenkeel.wrapping(new OkHttpClient())
                .balancers(FakeBalancer.named("users", "https://127.0.0.2"))
                .transport(NAME, Transport.PINNED);
        assertThatThrownBy(nobody::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a transport must be for one of the balancers [users], was PINNED for \"orders.test\"");
        Evenkeel address = Evenkeel.wrapping(new OkHttpClient())
                .balancers(FakeBalancer.named("10.0.0.1", "https://127.0.0.2"))
                .transport("10.0.0.1", Transport.PINNED);
        assertThatThrownBy(address::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was \"10.0.0.1\", which is an address");
    }
}
