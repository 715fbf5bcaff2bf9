package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** PROXY.md 22: stopping lets what is in flight end, and returns only then. */
final class StoppingTest {
    private static final String GET = Wire.headOf("GET / HTTP/1.1", "Host: a");
    private static final String OK = Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0");

    @Test
    void a_request_in_flight_ends_before_close_returns() throws Exception {
        try (RawBackend backend = slow();
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(GET);
            backend.request();
            assertThat(proxied.proxy.ready()).isTrue();
            int port = proxied.proxy.port();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(proxied.proxy::close);
            Proxied.await("it is not ready", () -> !proxied.proxy.ready());
            Proxied.await("nothing can connect", () -> refuses(port));
            assertThat(closed).isNotDone();
            assertThat(proxied.proxy.inFlight()).isEqualTo(1);
            backend.goOn().countDown();
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close\r\n");
            client.awaitClosed();
            closed.get(10, TimeUnit.SECONDS);
            assertThat(proxied.proxy.inFlight()).isZero();
            assertThat(proxied.proxy.port()).isEqualTo(port);
        }
    }

    @Test
    void a_request_on_a_kept_connection_is_still_served_while_another_is_in_flight() throws Exception {
        try (RawBackend backend = slow();
                Proxied proxied = Proxied.to(backend, StoppingTest::neverQuiet);
                Wire slow = proxied.connect();
                Wire kept = proxied.connect()) {
            assertThat(kept.send(Wire.headOf("GET /fast HTTP/1.1", "Host: a")).answer())
                    .doesNotContainIgnoringCase("connection: close");
            slow.send(GET);
            backend.request();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(proxied.proxy::close);
            Proxied.await("it is not ready", () -> !proxied.proxy.ready());
            Proxied.await("nothing can connect", () -> refuses(proxied.proxy.port()));
            assertThat(kept.send(Wire.headOf("GET /fast HTTP/1.1", "Host: a")).answer())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close\r\n");
            kept.awaitClosed();
            kept.leave();
            backend.goOn().countDown();
            assertThat(slow.answer()).startsWith("HTTP/1.1 200 ");
            slow.leave(); // or the proxy would wait for it, out of its grace
            closed.get(10, TimeUnit.SECONDS);
        }
    }

    private static ReverseProxy.Builder neverQuiet(ReverseProxy.Builder builder) {
        builder.quiet = Duration.ofMinutes(5);
        return builder;
    }

    @Test
    void readiness_turns_503_while_the_proxy_still_accepts_and_serves() throws Exception {
        String ready = Wire.headOf("GET /ready HTTP/1.1", "Host: a", "Connection: close");
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(
                        backend, builder -> builder.readyPath("/ready").drainDelay(Duration.ofMinutes(5)))) {
            assertThat(answer(proxied, ready)).startsWith("HTTP/1.1 200 ").contains("Content-Length: 6");
            Thread closing = new Thread(proxied.proxy::close);
            closing.start();
            Proxied.await("it is not ready", () -> !proxied.proxy.ready());
            assertThat(answer(proxied, ready)).startsWith("HTTP/1.1 503 ").contains("the proxy is stopping");
            assertThat(answer(proxied, GET)).startsWith("HTTP/1.1 200 ");
            assertThat(backend.connections()).as("readiness is the proxy's own").isEqualTo(1);
            closing.interrupt();
            closing.join(10_000);
            assertThat(refuses(proxied.proxy.port())).isTrue();
        }
    }

    private static String answer(Proxied proxied, String request) throws IOException {
        try (Wire client = proxied.connect()) {
            return client.send(request).answer();
        }
    }

    @Test
    void an_unused_connection_does_not_hold_the_stop() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend, builder -> builder.grace(Duration.ofMinutes(5)));
                Wire client = proxied.connect()) {
            client.send(GET).answer();
            CompletableFuture.runAsync(proxied.proxy::close).get(10, TimeUnit.SECONDS);
            client.awaitClosed();
        }
    }

    @Test
    void what_outlasts_the_grace_is_cut_off() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    self.heard("read");
                    wire.awaitClosed();
                    self.heard("let go");
                });
                Proxied proxied = Proxied.to(backend, builder -> builder.grace(Duration.ofMillis(50)));
                Wire client = proxied.connect()) {
            client.send(GET);
            assertThat(backend.request()).isEqualTo("read");
            proxied.proxy.close();
            assertThat(proxied.proxy.inFlight()).isZero();
            client.awaitClosed();
            assertThat(backend.request()).isEqualTo("let go");
        }
    }

    @Test
    void closing_twice_and_closing_what_never_started_does_nothing() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            proxied.proxy.close();
            proxied.proxy.close();
            assertThatThrownBy(proxied.proxy::start).isInstanceOf(IllegalStateException.class);
        }
        ReverseProxy never = ReverseProxy.through(new OkHttpClient()).build();
        never.close();
        assertThatThrownBy(never::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void no_thread_is_left() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask(GET);
        }
        Proxied.await(
                "its threads have ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("evenkeel-proxy")));
    }

    private static RawBackend slow() throws IOException {
        return RawBackend.serving((wire, self) -> {
            while (true) {
                String head = wire.head();
                if (!head.contains(" /fast ")) {
                    self.heard(head);
                    self.goOn().await();
                }
                wire.send(OK);
            }
        });
    }

    private static boolean refuses(int port) {
        try {
            Wire.to(port).leave();
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
