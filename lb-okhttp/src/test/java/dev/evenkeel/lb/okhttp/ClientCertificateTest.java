package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.api.Verdict;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Backends that ask for a certificate of the client: the same for all, or one of its own for each. */
@Timeout(60)
class ClientCertificateTest extends PinnedServers {
    private static final HeldCertificate FOR_TWO =
            new HeldCertificate.Builder().commonName("for two").build();
    private static final HeldCertificate FOR_THREE =
            new HeldCertificate.Builder().commonName("for three").build();
    private static final Map<String, HeldCertificate> BY_HOST = Map.of("127.0.0.2", FOR_TWO, "127.0.0.3", FOR_THREE);

    private static final HandshakeCertificates TRUST = new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();

    /** Accepts one client certificate and says what it was shown. */
    private MockWebServer server(int address, HeldCertificate accepted) throws IOException {
        return server(address, accepted, saying("let in"));
    }

    private MockWebServer server(int address, HeldCertificate accepted, Answers answers) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(CERTIFICATE)
                .addTrustedCertificate(accepted.certificate())
                .build()
                .sslSocketFactory());
        server.requireClientAuth();
        return started(server, address, 0, answers);
    }

    private static String shown(MockWebServer server) throws InterruptedException {
        RecordedRequest request = server.takeRequest();
        return request.getHandshake().peerPrincipal().getName();
    }

    private OkHttpClient.Builder with(HeldCertificate certificate) {
        HandshakeCertificates one = new HandshakeCertificates.Builder()
                .addTrustedCertificate(CERTIFICATE.certificate())
                .heldCertificate(certificate)
                .build();
        return base().sslSocketFactory(one.sslSocketFactory(), one.trustManager());
    }

    /** With the certificate of whichever host the choice finds a connection to be to. */
    private OkHttpClient.Builder with(Function<SSLSocket, String> choice) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new ByHost(choice)}, new TrustManager[] {TRUST.trustManager()}, null);
        return base().sslSocketFactory(context.getSocketFactory(), TRUST.trustManager());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void one_certificate_is_shown_to_every_backend(Transport transport) throws Exception {
        MockWebServer two = server(2, FOR_TWO);
        MockWebServer three = server(3, FOR_TWO);
        OkHttpClient client = wrapped(with(FOR_TWO), transport, at("https", 2, two), at("https", 3, three));
        for (MockWebServer server : List.of(two, three)) {
            assertThat(get(client)).isEqualTo("let in");
            assertThat(shown(server)).isEqualTo("CN=for two");
        }
    }

    @Test
    void rewritten_calls_show_the_certificate_that_is_for_the_host_of_the_backend() throws Exception {
        List<String> peers = new CopyOnWriteArrayList<>();
        MockWebServer two = server(2, FOR_TWO);
        MockWebServer three = server(3, FOR_THREE);
        OkHttpClient client = wrapped(
                with(socket -> {
                    String host = socket.getHandshakeSession().getPeerHost();
                    peers.add(host + ":" + socket.getHandshakeSession().getPeerPort());
                    return host;
                }),
                Transport.REWRITE,
                at("https", 2, two),
                at("https", 3, three));
        assertEachIsShownItsOwn(client, two, three);
        assertThat(peers).containsOnly("127.0.0.2:" + two.getPort(), "127.0.0.3:" + three.getPort());
    }

    /** In name all backends are one, so it is the address, or the port, that tells them apart. */
    @Test
    void pinned_calls_show_the_certificate_that_is_for_the_address_of_the_backend() throws Exception {
        List<String> peers = new CopyOnWriteArrayList<>();
        MockWebServer two = server(2, FOR_TWO);
        MockWebServer three = server(3, FOR_THREE);
        OkHttpClient client = wrapped(
                with(socket -> {
                    peers.add(socket.getHandshakeSession().getPeerHost() + ":"
                            + socket.getHandshakeSession().getPeerPort());
                    return socket.getInetAddress().getHostAddress();
                }),
                Transport.PINNED,
                at("https", 2, two),
                at("https", 3, three));
        assertEachIsShownItsOwn(client, two, three);
        assertThat(peers).containsOnly(NAME + ":" + two.getPort(), NAME + ":" + three.getPort());
    }

    /** Also when connections are made anew, with TLS sessions that the JDK has kept by host and port. */
    private void assertEachIsShownItsOwn(OkHttpClient client, MockWebServer two, MockWebServer three) throws Exception {
        for (int round = 0; round < 3; round++) {
            assertThat(get(client)).isEqualTo("let in");
            assertThat(get(client)).isEqualTo("let in");
            assertThat(shown(two)).isEqualTo("CN=for two");
            assertThat(shown(three)).isEqualTo("CN=for three");
            client.connectionPool().evictAll();
        }
        assertThat(orders.kinds()).containsOnly(Kind.SUCCESS);
    }

    /** Over HTTP/2 that attempt is a call of its own, since the first one's connection is in use. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void an_attempt_elsewhere_shows_the_certificate_for_there(Transport transport) throws Exception {
        MockWebServer two = server(
                2,
                FOR_TWO,
                request -> request.getTarget().equals("/a")
                        ? new MockResponse.Builder().code(503).build()
                        : new MockResponse.Builder().body("in use").build());
        MockWebServer three = server(3, FOR_THREE);
        OkHttpClient client = wrapped(
                with(socket -> socket.getInetAddress().getHostAddress()),
                transport,
                at("https", 2, two),
                at("https", 3, three));
        Request other = GET.newBuilder().url("https://" + NAME + "/other").build();
        try (Response using = client.newCall(other).execute()) {
            assertThat(get(client, other)).isEqualTo("let in"); // the turn of the third server
            assertThat(shown(three)).isEqualTo("CN=for three");
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.protocol()).isEqualTo(Protocol.HTTP_2);
                assertThat(response.body().string()).isEqualTo("let in");
            }
            assertThat(using.body().string()).isEqualTo("in use");
        }
        assertThat(shown(three)).isEqualTo("CN=for three");
    }

    @Test
    void a_probe_shows_what_the_client_does_that_it_is_given_and_nothing_else() throws Exception {
        MockWebServer two = server(2, FOR_TWO);
        Endpoint endpoint = Endpoint.of(at("https", 2, two));
        HttpHealthCheck check = HttpHealthCheck.get("/health");
        for (HttpHealthCheck given : List.of(
                check.client(with(FOR_TWO).build()),
                check.client(with(FOR_TWO).build()).pinned(NAME))) {
            assertThat(given.check(endpoint, Duration.ofSeconds(20))).isEqualTo(Verdict.pass());
            assertThat(shown(two)).isEqualTo("CN=for two");
        }
        HttpHealthCheck without = check.client(base().build());
        assertThatThrownBy(() -> without.check(endpoint, Duration.ofSeconds(20)))
                .isInstanceOf(IOException.class);
    }

    /** The certificate of a host as that host's alias. */
    private record ByHost(Function<SSLSocket, String> choice) implements X509KeyManager {
        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return choice.apply((SSLSocket) socket);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {held(alias).certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return held(alias).keyPair().getPrivate();
        }

        private static HeldCertificate held(String host) {
            HeldCertificate found = BY_HOST.get(host);
            if (found == null) {
                throw new AssertionError("no certificate for " + host);
            }
            return found;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return BY_HOST.keySet().toArray(String[]::new);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
