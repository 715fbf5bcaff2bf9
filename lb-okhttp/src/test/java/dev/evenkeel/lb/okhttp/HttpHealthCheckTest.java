package dev.evenkeel.lb.okhttp;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.api.Verdict.Result;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the verdict table, over raw sockets. */
@Timeout(60)
class HttpHealthCheckTest {
    private static final HttpHealthCheck HEALTH = HttpHealthCheck.get("/health");
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration SHORT = ofMillis(300);
    private static final Duration LONG = ofSeconds(30);

    /** As the prober does: what is thrown is a failure. */
    private static Verdict probe(HttpHealthCheck check, String url, Duration timeout) {
        try {
            return check.check(Endpoint.of(url), timeout);
        } catch (IOException e) {
            return Verdict.fail("threw", e);
        }
    }

    private static Verdict probe(HttpHealthCheck check, String answer) throws IOException {
        try (RawServer server = RawServer.answering(answer)) {
            return probe(check, server.url(), LONG);
        }
    }

    /** The script ends after its bytes, so the connection is closed. */
    private static Verdict probeAndClose(HttpHealthCheck check, String answer) throws IOException {
        try (RawServer server = RawServer.running(connection -> {
            connection.readHead();
            connection.write(answer);
        })) {
            return probe(check, server.url(), LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK,
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nto the end",
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            })
    void expected_status_well_framed_passes(String answer) throws IOException {
        assertThat(probe(HEALTH, answer)).isEqualTo(Verdict.pass());
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirect_fails_and_is_never_followed(int status) throws IOException {
        try (RawServer healthy = RawServer.answering(OK)) {
            String answer =
                    "HTTP/1.1 " + status + " Moved\r\nLocation: " + healthy.url() + "/\r\nContent-Length: 0\r\n\r\n";
            for (HttpHealthCheck check : List.of(HEALTH, HEALTH.expectStatusRange(200, 399))) {
                assertThat(probe(check, answer)).isEqualTo(Verdict.fail("HTTP " + status + ", a redirect"));
            }
            assertThat(healthy.accepted).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 300, 304, 400, 401, 404, 407, 408, 421, 429, 500, 503, 599})
    void any_other_status_fails_and_says_so(int status) throws IOException {
        String answer = "HTTP/1.1 " + status + " Odd\r\nContent-Length: 0\r\n\r\n";

        Verdict verdict = probe(HEALTH, answer);

        assertThat(verdict.result()).isEqualTo(Result.FAIL);
        // With no proxy OkHttp itself refuses a 407.
        assertThat(verdict.reason()).isEqualTo(status == 407 ? "threw" : "HTTP " + status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n"
            })
    void one_probe_is_one_request(String answer) throws IOException {
        HttpHealthCheck eager = HEALTH.client(new OkHttpClient.Builder()
                .authenticator((route, response) -> response.request()
                        .newBuilder()
                        .header("Authorization", "Basic x")
                        .build())
                .build());
        try (RawServer server = RawServer.answering(answer)) {
            assertThat(probe(eager, server.url(), LONG).result()).isEqualTo(Result.FAIL);
            assertThat(server.heads).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\n\r\n",
                "",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Len",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n",
                "\u0000\u0001\u0002\u0003\u00ff\r\n\r\n"
            })
    void interim_answers_only_garbage_and_broken_framing_fail(String answer) throws IOException {
        Verdict verdict = probeAndClose(HEALTH, answer);

        assertThat(verdict.result()).isEqualTo(Result.FAIL);
        assertThat(verdict.cause()).isInstanceOf(IOException.class);
    }

    @Test
    void garbage_without_an_end_is_bounded_by_the_timeout_or_sooner() throws IOException {
        try (RawServer server = RawServer.running(connection -> {
            while (true) {
                connection.write("x".repeat(8_192));
            }
        })) {
            assertThat(probe(HEALTH, server.url(), LONG).result()).isEqualTo(Result.FAIL);
        }
    }

    @Test
    void body_that_does_not_match_fails() throws IOException {
        HttpHealthCheck check = HEALTH.expectBody("ok"::equals);

        assertThat(probe(check, OK)).isEqualTo(Verdict.pass());
        assertThat(probe(check, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"))
                .isEqualTo(Verdict.fail("body does not match"));
    }

    @Test
    void body_is_read_in_its_own_charset_or_else_in_utf_8() throws IOException {
        HttpHealthCheck check = HEALTH.expectBody("\u00e9"::equals);

        assertThat(probe(check, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\u00c3\u00a9"))
                .isEqualTo(Verdict.pass());
        assertThat(probe(
                        check,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Length: 1\r\n\r\n"
                                + "\u00e9"))
                .isEqualTo(Verdict.pass());
    }

    @Test
    void body_of_64_KiB_is_judged_and_a_longer_one_fails_where_it_has_to_be() throws IOException {
        HttpHealthCheck check = HEALTH.expectBody(body -> true);

        assertThat(probe(check, "HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + "x".repeat(65_536)))
                .isEqualTo(Verdict.pass());
        assertThat(probe(check, "HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n" + "x".repeat(65_537)))
                .isEqualTo(Verdict.fail("body longer than 64 KiB"));
    }

    @Test
    void endless_body_passes_where_nobody_judges_it_and_is_not_read_on() throws IOException {
        try (RawServer server = RawServer.running(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n\r\n");
            while (true) {
                connection.write("x".repeat(8_192));
            }
        })) {
            assertThat(probe(HEALTH, server.url(), LONG)).isEqualTo(Verdict.pass());
            Eventually.holds("the connection was closed", () -> server.ended.get() == 1);
        }
    }

    @Test
    void what_a_predicate_throws_reaches_the_prober() throws IOException {
        HttpHealthCheck check = HEALTH.expectBody(body -> {
            throw new IllegalStateException("mine");
        });
        assertThatThrownBy(() -> probe(check, OK)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refused_connection_fails() throws IOException {
        RawServer server = RawServer.answering(OK);
        server.close();
        assertThat(probe(HEALTH, server.url(), LONG).cause()).isInstanceOf(ConnectException.class);
    }

    @Test
    void reset_connection_fails() throws IOException {
        try (RawServer server = RawServer.running(connection -> {
            connection.readHead();
            connection.reset();
        })) {
            assertThat(probe(HEALTH, server.url(), LONG).cause()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void name_that_does_not_resolve_fails() {
        HttpHealthCheck check = HEALTH.client(new OkHttpClient.Builder()
                .dns(host -> {
                    throw new UnknownHostException(host);
                })
                .build());
        assertThat(probe(check, "http://nowhere:80", LONG).cause()).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void certificate_that_is_not_trusted_fails_and_a_trusted_one_passes() throws IOException {
        HeldCertificate held = new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        HandshakeCertificates ours =
                new HandshakeCertificates.Builder().heldCertificate(held).build();
        HandshakeCertificates theirs = new HandshakeCertificates.Builder()
                .addTrustedCertificate(held.certificate())
                .build();
        HttpHealthCheck trusting = HEALTH.client(new OkHttpClient.Builder()
                .sslSocketFactory(theirs.sslSocketFactory(), theirs.trustManager())
                .build());
        try (RawServer server = RawServer.running(connection -> {
            try (Socket tls = ours.sslSocketFactory().createSocket(connection.socket(), null, true)) {
                var secure =
                        new RawServer.Connection(tls, tls.getInputStream(), tls.getOutputStream(), connection.heads());
                secure.readHead();
                secure.write(OK);
                secure.untilClosed();
            }
        })) {
            String url = "https://127.0.0.1:" + server.port();
            assertThat(probe(HEALTH, url, LONG).cause()).isInstanceOf(SSLException.class);
            assertThat(probe(trusting, url, LONG)).isEqualTo(Verdict.pass());
        }
    }

    @Test
    void tls_to_a_server_that_speaks_none_fails() throws IOException {
        try (RawServer server = RawServer.running(connection -> connection.write("HTTP/1.1 400 Bad\r\n\r\n"))) {
            assertThat(probe(HEALTH, "https://127.0.0.1:" + server.port(), LONG).cause())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void timeout_while_connecting_fails() throws IOException {
        try (FullBacklog full = FullBacklog.open()) {
            assertTimedOut(probe(HEALTH, full.url(), SHORT));
        }
    }

    @Test
    void timeout_in_the_tls_handshake_fails() throws IOException {
        try (RawServer server = RawServer.running(RawServer.Connection::untilClosed)) {
            assertTimedOut(probe(HEALTH, "https://127.0.0.1:" + server.port(), SHORT));
        }
    }

    /**
     * OkHttp does not close the socket that it goes on with if it is cancelled at this moment, nor at any other between the
     * end of the connect and the begin of the handshake.
     */
    @Test
    void timeout_while_a_slower_connect_is_given_up_ends_the_probe_in_the_tls_handshake() throws IOException {
        Duration timeout = ofSeconds(1); // so that the second address is tried before
        AtomicInteger made = new AtomicInteger();
        try (RawServer server = RawServer.running(connection -> {
            connection.write("\u0016\u0003\u0003@\u0000"); // 16 KiB of a handshake
            for (int i = 0; i < 1_000; i++) { // 20 s, since no interrupt would end what waits for it
                LockSupport.parkNanos(ofMillis(20).toNanos());
                connection.write("\u0000");
            }
        })) {
            HttpHealthCheck check = HEALTH.client(new OkHttpClient.Builder()
                    .dns(host -> List.of(PinnedServers.loopback(2), PinnedServers.loopback(1)))
                    .socketFactory(TestSockets.of(
                            () -> made.getAndIncrement() == 0 ? new NeverConnected(timeout) : new Socket()))
                    .build());
            long start = System.nanoTime();
            Verdict verdict = probe(check, "https://slow.test:" + server.port(), timeout);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ofSeconds(15));
            assertThat(verdict.reason()).isEqualTo("no complete answer within 1000 ms");
            assertThat(made).hasValue(2);
        }
    }

    /** Also the JDK's own, which speak to a SOCKS proxy, and which nobody closes. */
    @Test
    void no_wait_on_a_socket_is_longer_than_the_timeout() throws IOException {
        List<Integer> waits = new CopyOnWriteArrayList<>();
        HttpHealthCheck check = HEALTH.client(new OkHttpClient.Builder()
                .socketFactory(TestSockets.of(() -> new Socket() {
                    @Override
                    public void connect(SocketAddress to, int millis) throws IOException {
                        waits.add(millis);
                        waits.add(getSoTimeout());
                        super.connect(to, millis);
                    }
                }))
                .build());
        try (RawServer server = RawServer.answering(OK)) {
            assertThat(probe(check, server.url(), LONG)).isEqualTo(Verdict.pass());
        }
        assertThat(waits).hasSize(2).allMatch(millis -> millis >= 30_000 && millis <= 30_001);
    }

    /** Waits until it is closed, and is closed for so long that the probe's time is over. */
    private static final class NeverConnected extends Socket {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final Duration timeout;

        NeverConnected(Duration timeout) {
            this.timeout = timeout;
        }

        @Override
        public void connect(SocketAddress to, int millis) throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("closed");
        }

        @Override
        public synchronized void close() throws IOException {
            if (closed.getCount() > 0) {
                outlast(timeout);
            }
            super.close();
            closed.countDown();
        }
    }

    private static void outlast(Duration timeout) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 2 * timeout.toNanos()) {
            LockSupport.parkNanos(timeout.toNanos());
        }
    }

    @Test
    void timeout_before_the_headers_fails() throws IOException {
        try (RawServer server = RawServer.running(RawServer.Connection::untilClosed)) {
            assertTimedOut(probe(HEALTH, server.url(), SHORT));
        }
    }

    @Test
    void headers_that_drip_do_not_extend_the_timeout() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = RawServer.running(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n");
            drip(connection, "X-A: b\r\n", never);
        })) {
            assertTimedOut(probe(HEALTH, server.url(), SHORT));
        }
    }

    @Test
    void body_that_drips_does_not_extend_the_timeout() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = RawServer.running(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n\r\n");
            drip(connection, "x", never);
        })) {
            assertTimedOut(probe(HEALTH, server.url(), SHORT));
        }
    }

    private static void drip(RawServer.Connection connection, String drop, CountDownLatch never) throws IOException {
        try {
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
                connection.write(drop);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void assertTimedOut(Verdict verdict) {
        assertThat(verdict.result()).isEqualTo(Result.FAIL);
        assertThat(verdict.reason()).isEqualTo("no complete answer within 300 ms");
    }

    @Test
    void interrupt_ends_a_probe_that_waits_for_an_answer() throws Exception {
        try (RawServer server = RawServer.running(RawServer.Connection::untilClosed)) {
            assertInterruptEnds(HEALTH, server.url(), Thread.State.RUNNABLE, () -> server.accepted.get() == 1);
            Eventually.holds("the connection was closed", () -> server.ended.get() == 1);
        }
    }

    @Test
    void interrupt_ends_a_probe_of_a_client_that_has_the_sockets_of_pinned_backends() throws Exception {
        OkHttpClient pinned = Evenkeel.wrapping(new OkHttpClient())
                .balancers(FakeBalancer.named("backend", "http://127.0.0.1:1"))
                .transport("backend", Transport.PINNED)
                .build();
        assertThat(pinned.socketFactory()).isSameAs(PinnedSockets.FACTORY);
        try (RawServer server = RawServer.running(RawServer.Connection::untilClosed)) {
            assertInterruptEnds(
                    HEALTH.client(pinned), server.url(), Thread.State.RUNNABLE, () -> server.accepted.get() == 1);
            Eventually.holds("the connection was closed", () -> server.ended.get() == 1);
        }
    }

    @Test
    void interrupt_ends_a_probe_that_waits_in_a_tls_handshake() throws Exception {
        try (RawServer server = RawServer.running(RawServer.Connection::untilClosed)) {
            assertInterruptEnds(
                    HEALTH,
                    "https://127.0.0.1:" + server.port(),
                    Thread.State.RUNNABLE,
                    () -> server.accepted.get() == 1);
            Eventually.holds("the connection was closed", () -> server.ended.get() == 1);
        }
    }

    @Test
    void interrupt_ends_a_probe_that_waits_to_connect() throws Exception {
        try (FullBacklog full = FullBacklog.open()) {
            assertInterruptEnds(HEALTH, full.url(), Thread.State.TIMED_WAITING, () -> true);
        }
    }

    private static void assertInterruptEnds(
            HttpHealthCheck check, String url, Thread.State waiting, BooleanSupplier underWay)
            throws InterruptedException {
        AtomicReference<Object> end = new AtomicReference<>();
        Thread prober = RawServer.daemon("probe", () -> {
            try {
                end.set(check.check(Endpoint.of(url), Duration.ofMinutes(5)));
            } catch (Exception e) {
                end.set(e);
            }
        });
        Eventually.holds("the probe is under way", underWay);
        // A wait on a socket counts as running.
        Eventually.holds("the probe waits", () -> prober.getState() == waiting);
        prober.interrupt();
        prober.join(Eventually.WATCHDOG.toMillis());
        assertThat(prober.isAlive()).isFalse();
        assertThat(end.get()).isInstanceOf(Exception.class);
    }

    @Test
    void probe_leaves_no_socket() throws IOException {
        try (RawServer server = RawServer.answering(OK)) {
            for (int i = 1; i <= 3; i++) {
                probe(HEALTH, server.url(), LONG);
                int probes = i;
                Eventually.holds("its connection was closed", () -> server.ended.get() == probes);
                assertThat(server.accepted).hasValue(i);
            }
        }
    }

    @Test
    void request_is_as_it_was_described() throws IOException {
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")) {
            HttpHealthCheck check = HttpHealthCheck.head("/ready?deep=1&a=%2F")
                    .header("X-Probe", "1")
                    .header("X-Probe", "2")
                    .host("orders.example");

            assertThat(probe(check, server.url() + "/v2", LONG)).isEqualTo(Verdict.pass());

            assertThat(server.heads.get(0))
                    .startsWith("HEAD /v2/ready?deep=1&a=%2F HTTP/1.1\r\n")
                    .contains("X-Probe: 1\r\n", "X-Probe: 2\r\n", "Host: orders.example\r\n")
                    .doesNotContain("127.0.0.1");
            assertThat(check).hasToString("HEAD /ready?deep=1&a=%2F");
        }
    }

    @Test
    void statuses_can_be_listed_or_given_as_a_range() throws IOException {
        String teapot = "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n";
        assertThat(probe(HEALTH.expectStatus(200, 418), teapot)).isEqualTo(Verdict.pass());
        assertThat(probe(HEALTH.expectStatus(418), OK)).isEqualTo(Verdict.fail("HTTP 200"));
        assertThat(probe(HEALTH.expectStatusRange(400, 499), teapot)).isEqualTo(Verdict.pass());
    }

    @Test
    void check_is_not_changed_by_its_setters() throws IOException {
        HttpHealthCheck strict = HEALTH.expectStatus(418);
        assertThat(strict).isNotSameAs(HEALTH);
        assertThat(probe(HEALTH, OK)).isEqualTo(Verdict.pass());
    }

    @Test
    void client_gives_its_way_to_connect_and_not_its_interceptors() throws IOException {
        AtomicInteger intercepted = new AtomicInteger();
        FakeBalancer balancer = FakeBalancer.named("backend", "http://127.0.0.1:1");
        try (RawServer server = RawServer.answering(OK)) {
            OkHttpClient base = new OkHttpClient.Builder()
                    .dns(host -> List.of(InetAddress.getLoopbackAddress()))
                    .addInterceptor(chain -> {
                        intercepted.incrementAndGet();
                        return chain.proceed(chain.request());
                    })
                    .addNetworkInterceptor(chain -> {
                        intercepted.incrementAndGet();
                        return chain.proceed(chain.request());
                    })
                    .build();
            HttpHealthCheck check = HEALTH.client(Evenkeel.wrap(base, balancer));

            assertThat(probe(check, "http://backend:" + server.port(), LONG)).isEqualTo(Verdict.pass());
            assertThat(intercepted).hasValue(0);
            assertThat(balancer.acquired()).isZero();
        }
    }

    @Test
    void bad_input_is_refused_with_the_value_and_the_rule() {
        assertThatThrownBy(() -> HttpHealthCheck.get("health"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a health check's path must begin with \"/\", was \"health\"");
        assertThatThrownBy(() -> HttpHealthCheck.get("")).hasMessageContaining("must begin with \"/\", was \"\"");
        assertThatThrownBy(() -> HttpHealthCheck.get("/a#b")).hasMessageContaining("no fragment, was \"/a#b\"");
        assertThatThrownBy(() -> HEALTH.expectStatus()).hasMessageContaining("was none");
        assertThatThrownBy(() -> HEALTH.expectStatus(200, 99)).hasMessageContaining("200 to 599, was 99");
        assertThatThrownBy(() -> HEALTH.expectStatus(302)).hasMessageContaining("must not be a redirect, was 302");
        assertThatThrownBy(() -> HEALTH.expectStatusRange(300, 200)).hasMessageContaining("was 300 to 200");
        assertThatThrownBy(() -> HEALTH.expectStatusRange(200, 600)).hasMessageContaining("200 to 599, was 600");
        assertThatThrownBy(() -> HEALTH.header("a b", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HEALTH.header("a", "c\nd")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpHealthCheck.head("/").expectBody(body -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("HEAD has none");
    }

    @Test
    void schedule_is_said_in_the_same_breath() {
        HealthCheck check =
                HEALTH.every(ofSeconds(10)).timeout(ofSeconds(3)).rise(2).fall(3);
        assertThat(check.checker()).isSameAs(HEALTH);
        assertThat(HEALTH.withDefaults().cadence().interval()).isEqualTo(ofSeconds(10));
    }

    /** A listener whose queue of connections is full, so that a further one waits for its SYN to be answered. */
    private record FullBacklog(ServerSocket listener, List<Socket> queued) implements AutoCloseable {
        static FullBacklog open() throws IOException {
            ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            List<Socket> queued = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Socket socket = new Socket();
                queued.add(socket);
                try {
                    socket.connect(listener.getLocalSocketAddress(), 200);
                } catch (IOException full) {
                    return new FullBacklog(listener, queued);
                }
            }
            throw new AssertionError("the backlog took " + queued.size() + " connections");
        }

        String url() {
            return "http://127.0.0.1:" + listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            listener.close();
        }
    }
}
