package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.api.Verdict;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Authenticator;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that get out by a proxy. The names of the backends are known to the proxy alone. */
@Timeout(60)
class ProxyTest extends PinnedServers {
    private static final Request PLAIN =
            new Request.Builder().url("http://" + NAME + "/a").build();

    private RawServer proxy(RawServer.Script script) throws IOException {
        RawServer server = RawServer.running(script);
        open.add(server);
        return server;
    }

    /** Answers a request for each backend with what is given, be the connection new or not. */
    private RawServer answering(Function<String, String> answers) throws IOException {
        return proxy(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                connection.write(answers.apply(head));
            }
        });
    }

    private static String status(String line, String body) {
        return "HTTP/1.1 " + line + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static Proxy at(Proxy.Type type, int port) {
        return new Proxy(type, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** What it was asked for, in order. */
    private final List<URI> asked = new CopyOnWriteArrayList<>();

    private ProxySelector selecting(Function<URI, Proxy> choice) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                return List.of(choice.apply(uri));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
                assertThat(e).isInstanceOf(IOException.class); // OkHttp tells, and nobody here wants to know
            }
        };
    }

    private static List<String> firstLines(RawServer proxy) {
        return proxy.heads.stream()
                .map(head -> head.substring(0, head.indexOf("\r\n")))
                .toList();
    }

    @Test
    void http_backends_are_asked_for_at_the_proxy_by_their_own_urls() throws IOException {
        RawServer proxy = answering(head -> status("200 OK", head.contains("Host: one.test:8081\r\n") ? "one" : "two"));
        OkHttpClient client = wrapped(
                base().proxy(at(Proxy.Type.HTTP, proxy.port())),
                Transport.REWRITE,
                "http://one.test:8081",
                "http://two.test:8082/v2");
        for (String expected : List.of("one", "two", "one", "two")) {
            try (Response response = client.newCall(PLAIN).execute()) {
                assertThat(response.body().string()).isEqualTo(expected);
                assertThat(response.request().url()).isEqualTo(PLAIN.url());
            }
        }
        assertThat(firstLines(proxy))
                .startsWith("GET http://one.test:8081/a HTTP/1.1", "GET http://two.test:8082/v2/a HTTP/1.1")
                .hasSize(4);
        assertThat(proxy.accepted).as("a connection for each backend").hasValue(2);
        assertThat(looked).isEmpty();
        assertThat(orders.kinds()).containsOnly(Kind.SUCCESS);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void https_backends_are_reached_through_tunnels_with_their_own_names_in_tls(Protocol protocol) throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("one.test")
                .addSubjectAlternativeName("two.test")
                .build();
        HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        MockWebServer proxy = new MockWebServer();
        proxy.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory());
        List<Protocol> protocols =
                protocol == Protocol.HTTP_2 ? List.of(protocol, Protocol.HTTP_1_1) : List.of(protocol);
        proxy.setProtocols(protocols);
        for (String name : List.of("one", "two")) {
            proxy.enqueue(new MockResponse.Builder().inTunnel().build());
            proxy.enqueue(new MockResponse.Builder().body(name).build());
        }
        proxy.start(loopback(1), 0);
        open.add(proxy);
        OkHttpClient client = wrapped(
                base(protocols.toArray(Protocol[]::new))
                        .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
                        .proxy(at(Proxy.Type.HTTP, proxy.getPort())),
                Transport.REWRITE,
                "https://one.test:8443",
                "https://two.test:9443");
        for (String name : List.of("one", "two")) {
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.protocol()).isEqualTo(protocol);
                assertThat(response.body().string()).isEqualTo(name);
            }
        }
        for (String place : List.of("one.test:8443", "two.test:9443")) {
            assertThat(proxy.takeRequest().getRequestLine()).isEqualTo("CONNECT " + place + " HTTP/1.1");
            RecordedRequest request = proxy.takeRequest();
            assertThat(request.getHandshakeServerNames()).containsExactly(place.substring(0, 8));
        }
        assertThat(looked).isEmpty();
    }

    @Test
    void a_selector_is_asked_for_each_backend() throws IOException {
        RawServer proxy = answering(head -> status("200 OK", "by the proxy"));
        MockWebServer two = plain(2, 0, Protocol.HTTP_1_1, saying("directly"));
        Proxy used = at(Proxy.Type.HTTP, proxy.port());
        OkHttpClient client = wrapped(
                base().proxySelector(selecting(uri -> uri.getHost().equals("one.test") ? used : Proxy.NO_PROXY)),
                Transport.REWRITE,
                "http://one.test:8081",
                at("http", 2, two));
        assertThat(get(client, PLAIN)).isEqualTo("by the proxy");
        assertThat(get(client, PLAIN)).isEqualTo("directly");
        assertThat(asked).extracting(URI::toString).containsExactly("http://one.test:8081/", at("http", 2, two) + "/");
    }

    @Test
    void a_socks_proxy_is_told_the_name_of_the_backend() throws IOException {
        List<String> told = new CopyOnWriteArrayList<>();
        RawServer proxy = proxy(connection -> {
            told.add(socks(connection));
            connection.readHead();
            connection.write(status("200 OK", "ok"));
            connection.untilClosed();
        });
        OkHttpClient client = wrapped(
                base().proxy(at(Proxy.Type.SOCKS, proxy.port())),
                Transport.REWRITE,
                "http://one.test:8081",
                "http://two.test:8082");
        assertThat(get(client, PLAIN)).isEqualTo("ok");
        assertThat(get(client, PLAIN)).isEqualTo("ok");
        assertThat(told).containsExactly("one.test:8081", "two.test:8082");
        assertThat(looked).isEmpty();
    }

    /** Reads what RFC 1928 has a client say, replies, and returns where it wants to go. */
    private static String socks(RawServer.Connection connection) throws IOException {
        return socks(connection, "\u0005\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000");
    }

    private static String socks(RawServer.Connection connection, String reply) throws IOException {
        DataInputStream in = new DataInputStream(connection.in());
        assertThat(in.readByte()).as("version").isEqualTo((byte) 5);
        in.readNBytes(in.readUnsignedByte());
        connection.write("\u0005\u0000");
        assertThat(in.readNBytes(4)).as("connect to a name").containsExactly(5, 1, 0, 3);
        String name = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.US_ASCII);
        int port = in.readUnsignedShort();
        connection.write(reply);
        return name + ":" + port;
    }

    @Test
    void a_call_that_fails_at_one_backend_is_made_at_another_through_the_proxy() throws IOException {
        RawServer proxy = answering(
                head -> head.contains("one.test") ? status("503 Unavailable", "") : status("200 OK", "elsewhere"));
        OkHttpClient client = wrapped(
                base().proxy(at(Proxy.Type.HTTP, proxy.port())),
                Transport.REWRITE,
                "http://one.test:8081",
                "http://two.test:8082");
        assertThat(get(client, PLAIN)).isEqualTo("elsewhere");
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
    }

    @Test
    void a_tunnel_that_the_proxy_cannot_make_counts_against_the_backend() throws IOException {
        RawServer proxy = answering(head -> status("502 Bad Gateway", ""));
        OkHttpClient client =
                wrapped(base().proxy(at(Proxy.Type.HTTP, proxy.port())), Transport.REWRITE, "https://one.test:8443");
        assertThatThrownBy(() -> get(client)).isInstanceOf(IOException.class);
        assertThat(firstLines(proxy)).containsExactly("CONNECT one.test:8443 HTTP/1.1");
        assertThat(orders.kinds()).containsExactly(Kind.UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void a_proxy_that_is_not_there_blames_no_backend(Protocol secure) throws IOException {
        RawServer absent = answering(head -> "");
        absent.close();
        boolean tls = secure == Protocol.HTTP_2;
        OkHttpClient client = wrapped(
                base().proxy(at(Proxy.Type.HTTP, absent.port())),
                Transport.REWRITE,
                tls ? "https://one.test:8443" : "http://one.test:8081",
                tls ? "https://two.test:8443" : "http://two.test:8082");
        assertThatThrownBy(() -> get(client, tls ? GET : PLAIN)).isInstanceOf(ConnectException.class);
        assertThat(orders.kinds()).containsOnly(Kind.IGNORED);
    }

    private static final String CHALLENGE =
            status("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=out", "");

    /** Tells his name once, when he is asked for it. */
    private static final Authenticator ONCE =
            (route, challenge) -> challenge.request().header("Proxy-Authorization") != null || isBefore(challenge)
                    ? null
                    : challenge
                            .request()
                            .newBuilder()
                            .header("Proxy-Authorization", "Basic eA==")
                            .build();

    private static boolean isBefore(Response challenge) {
        return challenge.challenges().stream().anyMatch(one -> one.scheme().equals("OkHttp-Preemptive"));
    }

    static List<Authenticator> gettingNowhere() {
        return List.of(Authenticator.NONE, ONCE);
    }

    @ParameterizedTest
    @MethodSource("gettingNowhere")
    void a_proxy_that_lets_nobody_in_blames_no_backend(Authenticator authenticator) throws IOException {
        RawServer proxy = answering(head -> CHALLENGE);
        Proxy used = at(Proxy.Type.HTTP, proxy.port());
        for (OkHttpClient.Builder base : List.of(base().proxy(used), base().proxySelector(selecting(uri -> used)))) {
            proxy.heads.clear();
            OkHttpClient client = wrapped(
                    base.proxyAuthenticator(authenticator),
                    Transport.REWRITE,
                    "https://one.test:8443",
                    "https://two.test:8443");
            assertThatThrownBy(() -> get(client))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Failed to authenticate with proxy");
            assertThat(firstLines(proxy))
                    .contains("CONNECT one.test:8443 HTTP/1.1", "CONNECT two.test:8443 HTTP/1.1")
                    .hasSize(authenticator == ONCE ? 4 : 2);
            assertThat(orders.kinds()).containsExactly(Kind.IGNORED, Kind.IGNORED);
        }
    }

    @Test
    void a_probe_under_a_name_asks_for_the_proxy_of_the_port_in_its_url() throws Exception {
        RawServer server = answering(head -> status("200 OK", "fine"));
        HttpHealthCheck check = HttpHealthCheck.get("/health")
                .client(base().proxySelector(selecting(uri -> Proxy.NO_PROXY)).build())
                .pinned("orders");
        assertThat(check.check(Endpoint.of(server.url()), Duration.ofSeconds(20)))
                .isEqualTo(Verdict.pass());
        assertThat(asked).isNotEmpty().allMatch(uri -> uri.getPort() == server.port());
    }

    @Test
    void a_tunnel_that_was_logged_in_to_is_used_again() throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("one.test")
                .build();
        HandshakeCertificates trusting = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        MockWebServer proxy = new MockWebServer();
        proxy.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory());
        proxy.enqueue(new MockResponse.Builder()
                .inTunnel()
                .code(407)
                .setHeader("Proxy-Authenticate", "Basic realm=out")
                .build());
        proxy.enqueue(new MockResponse.Builder().inTunnel().build());
        for (int i = 0; i < 2; i++) {
            proxy.enqueue(new MockResponse.Builder().body("ok").build());
        }
        proxy.start(loopback(1), 0);
        open.add(proxy);
        OkHttpClient client = wrapped(
                base(Protocol.HTTP_1_1)
                        .sslSocketFactory(trusting.sslSocketFactory(), trusting.trustManager())
                        .proxyAuthenticator(ONCE)
                        .proxy(at(Proxy.Type.HTTP, proxy.getPort())),
                Transport.REWRITE,
                "https://one.test:8443");
        assertThat(get(client)).isEqualTo("ok");
        assertThat(get(client)).isEqualTo("ok");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            lines.add(proxy.takeRequest().getRequestLine());
        }
        String tunnel = "CONNECT one.test:8443 HTTP/1.1";
        assertThat(lines).containsExactly(tunnel, tunnel, "GET /a HTTP/1.1", "GET /a HTTP/1.1");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void a_proxy_that_gives_no_answer_of_http_to_a_tunnel_blames_no_backend() throws IOException {
        RawServer proxy = answering(head -> "SSH-2.0-other\r\n\r\n");
        OkHttpClient client =
                wrapped(base().proxy(at(Proxy.Type.HTTP, proxy.port())), Transport.REWRITE, "https://one.test:8443");
        assertThatThrownBy(() -> get(client)).isInstanceOf(ProtocolException.class);
        assertThat(orders.kinds()).containsExactly(Kind.IGNORED);
    }

    /** Java 17 leaves out the cause, and then it looks as what the proxy says of the backend. */
    @Test
    void a_socks_proxy_that_is_not_there_blames_no_backend_where_the_jdk_tells() throws IOException {
        RawServer absent = answering(head -> "");
        absent.close();
        Proxy used = at(Proxy.Type.SOCKS, absent.port());
        boolean told;
        try (Socket socket = new Socket(used)) {
            socket.connect(InetSocketAddress.createUnresolved("one.test", 8081));
            throw new AssertionError("there is a proxy on " + used);
        } catch (SocketException e) {
            told = e.getCause() != null;
        }
        OkHttpClient client =
                wrapped(base().proxy(used), Transport.REWRITE, "http://one.test:8081", "https://two.test:8443");
        assertThatThrownBy(() -> get(client, PLAIN)).isInstanceOf(SocketException.class);
        assertThat(orders.kinds()).hasSize(2).containsOnly(told ? Kind.IGNORED : Kind.UNREACHABLE);
        assertThat(told || Runtime.version().feature() < 25).as("Java 25 tells").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0005\u0005", "\u0005\u0001"})
    void a_backend_that_a_socks_proxy_cannot_reach_is_blamed(String reply) throws IOException {
        RawServer proxy =
                proxy(connection -> socks(connection, reply + "\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000"));
        OkHttpClient client =
                wrapped(base().proxy(at(Proxy.Type.SOCKS, proxy.port())), Transport.REWRITE, "http://one.test:8081");
        assertThatThrownBy(() -> get(client, PLAIN)).isInstanceOf(SocketException.class);
        assertThat(orders.kinds()).containsExactly(Kind.UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS"})
    void pinned_refuses_a_proxy_for_the_logical_host_and_blames_nobody(Proxy.Type type) throws IOException {
        RawServer proxy = answering(head -> status("200 OK", "round the balancer"));
        Proxy used = at(type, proxy.port());
        for (OkHttpClient.Builder base : List.of(base().proxy(used), base().proxySelector(selecting(uri -> used)))) {
            OkHttpClient client = pinned(base, "http://one.test:8081");
            assertThatThrownBy(() -> get(client, PLAIN))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot connect to http://one.test:8081 through the proxy " + type + " @ ")
                    .hasMessageEndingWith(": it would resolve the name by itself; leave orders.test out of the proxy,"
                            + " or use Transport.REWRITE");
            assertThat(orders.kinds()).containsOnly(Kind.IGNORED);
        }
        assertThat(asked).extracting(URI::toString).containsOnly("http://orders.test/");
        assertThat(proxy.accepted).hasValue(0);
    }

    @Test
    void pinned_calls_go_past_a_proxy_that_the_logical_host_is_left_out_of() throws IOException {
        MockWebServer two = plain(2, 0, Protocol.HTTP_1_1, saying("directly"));
        Proxy unused = at(Proxy.Type.HTTP, 9);
        ProxySelector selector = selecting(uri -> uri.getHost().equals(NAME) ? Proxy.NO_PROXY : unused);
        assertThat(get(pinned(base().proxySelector(selector), at("http", 2, two)), PLAIN))
                .isEqualTo("directly");
    }

    /** So says the JDK's own, of a proxy that was set up without a port. */
    @Test
    void a_selector_that_finds_its_settings_wrong_has_no_proxy_for_pinned_calls_either() throws IOException {
        MockWebServer two = plain(2, 0, Protocol.HTTP_1_1, saying("directly"));
        ProxySelector broken = selecting(uri -> {
            throw new IllegalArgumentException("port out of range");
        });
        assertThat(get(pinned(base().proxySelector(broken), at("http", 2, two)), PLAIN))
                .isEqualTo("directly");
    }

    @Test
    void a_probe_goes_through_the_proxy_of_the_client_that_it_is_given() throws IOException {
        RawServer proxy = answering(head -> status("200 OK", "fine"));
        OkHttpClient client = base().proxy(at(Proxy.Type.HTTP, proxy.port())).build();
        assertThat(HttpHealthCheck.get("/health")
                        .client(client)
                        .check(Endpoint.of("http://one.test:8081"), Duration.ofSeconds(20)))
                .isEqualTo(Verdict.pass());
        assertThat(firstLines(proxy)).containsExactly("GET http://one.test:8081/health HTTP/1.1");
    }
}
