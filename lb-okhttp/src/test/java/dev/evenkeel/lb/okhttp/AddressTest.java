package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Verdict.Result;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.select.RoundRobin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two servers of one name on two addresses: the name stays, and the address is where the connections go. */
@Timeout(60)
class AddressTest {
    private static final String NAME = "orders.test";
    private static final Request GET =
            new Request.Builder().url("http://orders/").build();
    private static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .commonName(NAME)
            .addSubjectAlternativeName(NAME)
            .build();
    private static final HandshakeCertificates SERVER =
            new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
    private static final HandshakeCertificates CLIENT = new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();

    private final List<MockWebServer> servers = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(MockWebServer::close);
    }

    private MockWebServer server(int address, int port, boolean tls) throws IOException {
        MockWebServer server = new MockWebServer();
        if (tls) {
            server.useHttps(SERVER.sslSocketFactory());
        }
        server.start(loopback(address), port);
        servers.add(server);
        for (int i = 0; i < 4; i++) {
            server.enqueue(new MockResponse.Builder().body("127.0.0." + address).build());
        }
        return server;
    }

    /** Resolves nothing but loopback, and writes down what it was asked. */
    private OkHttpClient.Builder client() {
        return new OkHttpClient.Builder()
                .sslSocketFactory(CLIENT.sslSocketFactory(), CLIENT.trustManager())
                .dns(host -> {
                    looked.add(host);
                    if (host.equals("elsewhere.test")) {
                        return List.of(loopback(1));
                    }
                    throw new UnknownHostException(host);
                });
    }

    private static InetAddress loopback(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static LoadBalancer balancer(Endpoint... endpoints) {
        return LoadBalancers.named("orders")
                .backends(List.of(endpoints))
                .policy(RoundRobin.startingAt(0))
                .build();
    }

    private static Endpoint endpoint(String scheme, MockWebServer server, int address) throws IOException {
        return Endpoint.of(scheme + "://" + NAME + ":" + server.getPort()).withAddress(loopback(address));
    }

    private static String get(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(GET).execute()) {
            return response.body().string();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void each_address_of_a_name_gets_its_calls_on_one_connection_with_the_name_in_tls_and_host(Protocol protocol)
            throws Exception {
        MockWebServer two = OnePort.of(() -> server(2, 0, true), MockWebServer::getPort, port -> server(3, port, true));
        MockWebServer three = servers.get(servers.size() - 1);
        OkHttpClient base = client().protocols(
                        protocol == Protocol.HTTP_2
                                ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
                                : List.of(Protocol.HTTP_1_1))
                .build();
        try (LoadBalancer orders = balancer(endpoint("https", two, 2), endpoint("https", three, 3))) {
            OkHttpClient client = Evenkeel.wrap(base, orders);
            for (int i = 0; i < 4; i++) {
                assertThat(get(client)).isEqualTo(i % 2 == 0 ? "127.0.0.2" : "127.0.0.3");
            }
            assertThat(client.connectionPool().connectionCount()).isEqualTo(2);
            for (MockWebServer server : List.of(two, three)) {
                for (int exchange = 0; exchange < 2; exchange++) {
                    RecordedRequest request = server.takeRequest();
                    assertThat(request.getConnectionIndex()).isZero();
                    assertThat(request.getExchangeIndex()).isEqualTo(exchange);
                    assertThat(request.getHandshakeServerNames()).containsExactly(NAME);
                    assertThat(request.getUrl().host()).isEqualTo(NAME);
                    assertThat(request.getUrl().port()).isEqualTo(server.getPort());
                }
            }
            assertThat(looked).isEmpty();
        }
    }

    @Test
    void one_address_goes_and_only_its_connections_are_closed() throws Exception {
        MockWebServer two =
                OnePort.of(() -> server(2, 0, false), MockWebServer::getPort, port -> server(3, port, false));
        MockWebServer three = servers.get(servers.size() - 1);
        Endpoint going = endpoint("http", two, 2);
        try (LoadBalancer orders = balancer(going, endpoint("http", three, 3))) {
            List<Socket> sockets = new ArrayList<>();
            OkHttpClient client = Evenkeel.wrap(
                    client().addNetworkInterceptor(chain -> {
                                sockets.add(chain.connection().socket());
                                return chain.proceed(chain.request());
                            })
                            .build(),
                    orders);
            get(client);
            get(client);
            orders.remove(going);
            Eventually.holds("the first is closed", () -> sockets.get(0).isClosed());
            assertThat(sockets.get(1).isClosed()).isFalse();
        }
    }

    /** With an interceptor outside of the balancer's that proceeds once more after a 500, if the request says so. */
    private static OkHttpClient.Builder again(OkHttpClient.Builder base, Protocol protocol) {
        return base.protocols(List.of(protocol)).addInterceptor(chain -> {
            Response response = chain.proceed(chain.request());
            if (response.code() != 500 || chain.request().header("Again") == null) {
                return response;
            }
            response.close();
            return chain.proceed(chain.request());
        });
    }

    private MockWebServer server(int address, int port, Protocol protocol, int code) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(protocol));
        for (int i = 0; i < 4; i++) {
            server.enqueue(new MockResponse.Builder().code(code).body("ok").build());
        }
        server.start(loopback(address), port);
        servers.add(server);
        return server;
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
    void an_interceptor_that_proceeds_again_reaches_the_other_address(Protocol protocol) throws Exception {
        MockWebServer two = OnePort.of(
                () -> server(2, 0, protocol, 500), MockWebServer::getPort, port -> server(3, port, protocol, 200));
        MockWebServer three = servers.get(servers.size() - 1);
        try (LoadBalancer orders = balancer(endpoint("http", two, 2), endpoint("http", three, 3))) {
            OkHttpClient client = Evenkeel.wrap(again(client(), protocol).build(), orders);
            Request again = GET.newBuilder().header("Again", "once").build();
            try (Response response = client.newCall(again).execute()) {
                assertThat(response.code()).isEqualTo(200);
                assertThat(response.body().string()).isEqualTo("ok");
            }
            assertThat(orders.snapshot().backends())
                    .extracting(backend -> backend.traffic().toString())
                    .containsExactly("0 in flight, 1 attempt, 1 failed", "0 in flight, 1 attempt, 0 failed");
        }
    }

    @Test
    void by_an_interceptor_that_was_added_by_hand_a_connection_that_others_use_is_not_left_and_nobody_blamed()
            throws Exception {
        Protocol protocol = Protocol.H2_PRIOR_KNOWLEDGE;
        MockWebServer two = OnePort.of(
                () -> server(2, 0, protocol, 500), MockWebServer::getPort, port -> server(3, port, protocol, 200));
        MockWebServer three = servers.get(servers.size() - 1);
        try (LoadBalancer orders = balancer(endpoint("http", two, 2), endpoint("http", three, 3))) {
            OkHttpClient client = again(client(), protocol)
                    .addInterceptor(LoadBalancingInterceptor.of(orders))
                    .build();
            Response other = client.newCall(GET).execute();
            assertThat(get(client)).isEqualTo("ok");
            Request again = GET.newBuilder().header("Again", "once").build();
            assertThatThrownBy(() -> client.newCall(again).execute())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot proceed again to http://orders.test:" + two.getPort()
                            + " at 127.0.0.3: OkHttp keeps the call on");
            assertThat(other.body().string()).isEqualTo("ok");
            assertThat(orders.snapshot().backends())
                    .extracting(backend -> backend.traffic().toString())
                    .containsExactly("0 in flight, 2 attempts, 2 failed", "0 in flight, 2 attempts, 0 failed");
        }
    }

    @Test
    void other_names_are_resolved_by_the_client() throws Exception {
        MockWebServer two = new MockWebServer();
        two.start(loopback(2), 0);
        servers.add(two);
        MockWebServer elsewhere = server(1, 0, false);
        two.enqueue(new MockResponse.Builder()
                .code(302)
                .setHeader("Location", "http://elsewhere.test:" + elsewhere.getPort() + "/")
                .build());
        try (LoadBalancer orders = balancer(endpoint("http", two, 2))) {
            assertThat(get(Evenkeel.wrap(client().build(), orders))).isEqualTo("127.0.0.1");
        }
        assertThat(looked).containsExactly("elsewhere.test");
    }

    @Test
    void a_proxy_is_refused_because_it_would_resolve_the_name_and_blames_nobody() throws Exception {
        MockWebServer two = server(2, 0, false);
        Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress(loopback(1), two.getPort()));
        ProxySelector selector = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return uri.getHost().equals(NAME) ? List.of(proxy) : List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
                throw new AssertionError(e);
            }
        };
        try (LoadBalancer orders = balancer(endpoint("http", two, 2))) {
            for (OkHttpClient base : List.of(
                    client().proxy(proxy).build(),
                    client().proxySelector(selector).build())) {
                OkHttpClient client = Evenkeel.wrap(base, orders);
                assertThatThrownBy(() -> get(client))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("cannot connect to http://orders.test:" + two.getPort()
                                + " at 127.0.0.2 through the proxy HTTP @ ")
                        .hasMessageContaining("it would resolve the name by itself");
            }
            assertThat(orders.snapshot().backends().get(0).traffic()).hasToString("0 in flight, 2 attempts, 0 failed");
        }
        assertThat(two.getRequestCount()).isZero();
    }

    @Test
    void a_selector_that_fails_is_an_error_of_the_call() throws Exception {
        MockWebServer two = server(2, 0, false);
        ProxySelector broken = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                throw new IllegalStateException("no proxies today");
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
                throw new AssertionError(e);
            }
        };
        try (LoadBalancer orders = balancer(endpoint("http", two, 2))) {
            OkHttpClient client = Evenkeel.wrap(client().proxySelector(broken).build(), orders);
            assertThatThrownBy(() -> get(client))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no proxies today");
        }
    }

    @Test
    void a_host_that_is_an_address_must_be_the_same_one() throws Exception {
        MockWebServer two = server(2, 0, false);
        Endpoint same = Endpoint.of("http://127.0.0.2:" + two.getPort()).withAddress(loopback(2));
        try (LoadBalancer orders = balancer(same)) {
            assertThat(get(Evenkeel.wrap(client().build(), orders))).isEqualTo("127.0.0.2");
        }
        try (LoadBalancer orders = balancer(same.withAddress(loopback(3)))) {
            assertThatThrownBy(() -> get(Evenkeel.wrap(client().build(), orders)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot connect to http://127.0.0.2:" + two.getPort()
                            + " at 127.0.0.3: its host is an address already, and another one");
        }
    }

    @Test
    void a_probe_goes_to_the_address_with_the_name_in_tls_and_host() throws Exception {
        MockWebServer two = server(2, 0, true);
        HttpHealthCheck check = HttpHealthCheck.get("/health").client(client().build());
        assertThat(check.check(endpoint("https", two, 2), Duration.ofSeconds(20))
                        .result())
                .isEqualTo(Result.PASS);
        RecordedRequest probe = two.takeRequest();
        assertThat(probe.getHandshakeServerNames()).containsExactly(NAME);
        assertThat(probe.getUrl()).hasToString("https://" + NAME + ":" + two.getPort() + "/health");
        assertThatThrownBy(() -> check.check(endpoint("https", two, 3), Duration.ofSeconds(20)))
                .as("nobody is there")
                .isInstanceOf(IOException.class);
        assertThat(looked).isEmpty();
    }
}
