package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.CertificatePinner;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;

/** Servers on several addresses and ports behind the name orders.test. After each test, whatever its ending, nothing is in flight. */
abstract class PinnedServers {
    static final String NAME = "orders.test";
    static final Request GET =
            new Request.Builder().url("https://" + NAME + "/a").build();

    /** Also for the third host and the servers' addresses, so that nothing but names keeps connections apart. */
    static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .commonName(NAME)
            .addSubjectAlternativeName(NAME)
            .addSubjectAlternativeName("elsewhere.test")
            .addSubjectAlternativeName("127.0.0.2")
            .addSubjectAlternativeName("127.0.0.3")
            .build();

    static final HeldCertificate OTHER = new HeldCertificate.Builder()
            .commonName(NAME)
            .addSubjectAlternativeName(NAME)
            .addSubjectAlternativeName("127.0.0.3")
            .build();

    private static final HandshakeCertificates CLIENT = new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .addTrustedCertificate(OTHER.certificate())
            .build();

    final List<AutoCloseable> open = new ArrayList<>();

    /** What was resolved by the client's own resolver. */
    final List<String> looked = new CopyOnWriteArrayList<>();

    FakeBalancer orders = FakeBalancer.named(NAME);

    @AfterEach
    void stop() throws Exception {
        Eventually.holds("nothing is in flight", () -> orders.inFlight() == 0);
        assertThat(orders.outcomes()).hasSize(orders.acquired());
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    interface Answers {
        MockResponse to(RecordedRequest request) throws InterruptedException;

        /** Returns an answer with what happens before the next request is read. */
        default MockResponse next() {
            return new MockResponse.Builder().build();
        }
    }

    static InetAddress loopback(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    MockWebServer server(int address, Answers answers) throws IOException {
        return server(address, 0, CERTIFICATE, answers);
    }

    MockWebServer server(int address, int port, HeldCertificate certificate, Answers answers) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory());
        return started(server, address, port, answers);
    }

    MockWebServer plain(int address, int port, Protocol protocol, Answers answers) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(protocol));
        return started(server, address, port, answers);
    }

    MockWebServer started(MockWebServer server, int address, int port, Answers answers) throws IOException {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return answers.to(request);
            }

            @Override
            public MockResponse peek() {
                return answers.next();
            }
        });
        server.start(loopback(address), port);
        open.add(server);
        return server;
    }

    static Answers saying(String body) {
        return request -> new MockResponse.Builder().body(body).build();
    }

    static String at(String scheme, int address, MockWebServer server) {
        return scheme + "://127.0.0." + address + ":" + server.getPort();
    }

    static MockResponse redirect(int code, String location) {
        return new MockResponse.Builder()
                .code(code)
                .setHeader("Location", location)
                .build();
    }

    /** Resolves nothing but a third host, and writes down what it was asked. */
    OkHttpClient.Builder base(Protocol... protocols) {
        return new OkHttpClient.Builder()
                .sslSocketFactory(CLIENT.sslSocketFactory(), CLIENT.trustManager())
                .protocols(protocols.length == 0 ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(protocols))
                .dns(host -> {
                    looked.add(host);
                    if (host.equals("elsewhere.test")) {
                        return List.of(loopback(1));
                    }
                    if (host.equals("two.test")) {
                        return List.of(loopback(2));
                    }
                    throw new UnknownHostException(host);
                });
    }

    static OkHttpClient.Builder pinning(OkHttpClient.Builder base, String host, HeldCertificate certificate) {
        return base.certificatePinner(new CertificatePinner.Builder()
                .add(host, CertificatePinner.pin(certificate.certificate()))
                .build());
    }

    OkHttpClient pinned(OkHttpClient.Builder base, String... urls) {
        return wrapped(base, Transport.PINNED, urls);
    }

    OkHttpClient wrapped(OkHttpClient.Builder base, Transport transport, String... urls) {
        orders = FakeBalancer.named(NAME, urls);
        return wrapped(base, transport, orders);
    }

    static OkHttpClient wrapped(OkHttpClient.Builder base, Transport transport, FakeBalancer balancer) {
        return Evenkeel.wrapping(base.build())
                .balancers(balancer)
                .transport(balancer.name(), transport)
                .build();
    }

    /** Long enough for a handshake on a busy machine, where the end of it is waited for. */
    static Duration patience(String how) {
        return Duration.ofSeconds(how.equals("silence") ? 2 : 20);
    }

    static Endpoint endpoint(String url, int address) throws IOException {
        return Endpoint.of(url).withAddress(loopback(address));
    }

    static String get(OkHttpClient client) throws IOException {
        return get(client, GET);
    }

    static String get(OkHttpClient client, Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.body().string();
        }
    }
}
