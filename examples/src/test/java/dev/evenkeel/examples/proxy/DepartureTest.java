package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendTraffic;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.okhttp.LoadBalancingInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 17: a client that goes away takes its upstream call with it. */
final class DepartureTest {
    private static final String GET = Wire.headOf("GET / HTTP/1.1", "Host: a");

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void a_backend_that_never_answers_is_let_go_when_the_client_leaves(String method) throws Exception {
        boolean post = method.equals("POST");
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.text(post ? 3 : 0);
                    self.heard("read");
                    wire.awaitClosed();
                    self.heard("let go");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(post ? Wire.headOf("POST / HTTP/1.1", "Host: a", "Content-Length: 3") + "abc" : GET);
            assertThat(backend.request()).isEqualTo("read");
            assertThat(proxied.proxy.inFlight()).isEqualTo(1);
            client.leave();
            assertThat(backend.request()).isEqualTo("let go");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    /** OkHttp does not ask for the body before the backend has said that it wants it, so nobody else would look. */
    @Test
    void a_client_that_leaves_while_it_waits_for_a_100_takes_the_call_with_it() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    self.heard(Wire.field(wire.head(), "Expect"));
                    wire.awaitClosed();
                    self.heard("let go");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("POST / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 3"));
            assertThat(backend.request()).isEqualTo("100-continue");
            client.leave();
            assertThat(backend.request()).isEqualTo("let go");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    @Test
    void a_backend_that_has_nothing_more_to_say_is_let_go_when_the_client_leaves() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nab\r\n");
                    wire.awaitClosed();
                    self.heard("let go");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(GET).head();
            assertThat(client.line()).isEqualTo("2");
            client.leave();
            assertThat(backend.request()).isEqualTo("let go");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    @Test
    void a_backend_that_sends_without_end_is_let_go_when_the_client_leaves() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 9999999999"));
                    try {
                        while (true) {
                            wire.send("x".repeat(10_000));
                        }
                    } finally {
                        self.heard("let go");
                    }
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(GET).head();
            client.leave();
            assertThat(backend.request()).isEqualTo("let go");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    @Test
    void a_client_that_leaves_within_its_body_takes_the_call_with_it() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    self.heard(wire.text(3));
                    wire.awaitClosed();
                    self.heard("let go");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("POST / HTTP/1.1", "Host: a", "Content-Length: 9") + "abc");
            assertThat(backend.request()).isEqualTo("abc");
            client.leave();
            assertThat(backend.request()).isEqualTo("let go");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    @Test
    void two_looks_and_a_cancellation_fit_into_a_second() {
        assertThat(2 * DepartureWatch.EVERY_MILLIS + 500).isLessThan(1_000);
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "Content-Length: 3, abc",
        "Content-Length: 9, abc",
        "Transfer-Encoding: chunked, '3\r\nabc\r\n'"
    })
    void a_client_that_leaves_puts_no_blame_on_the_backend(String framing, String body) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.text(body.length());
                    self.heard("read");
                    wire.awaitClosed();
                    self.heard("let go");
                });
                LoadBalancer balancer = LoadBalancers.named("orders")
                        .backends("http://127.0.0.1:" + backend.port())
                        .build();
                Proxied proxied = Proxied.balancedBy(
                        LoadBalancingInterceptor.of(balancer), builder -> builder.to("http://orders"));
                Wire client = proxied.connect()) {
            String line = body.isEmpty() ? "GET / HTTP/1.1" : "POST / HTTP/1.1";
            client.send(Wire.headOf(line, "Host: a", framing.isEmpty() ? "X: y" : framing) + body);
            assertThat(backend.request()).isEqualTo("read");
            assertThat(traffic(balancer)).isEqualTo(new BackendTraffic(1, 1, 0));
            client.leave();
            assertThat(backend.request()).isEqualTo("let go");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
            Proxied.await(
                    "the balancer has its lease back", () -> traffic(balancer).inFlight() == 0);
            assertThat(traffic(balancer)).isEqualTo(new BackendTraffic(0, 1, 0));
        }
    }

    private static BackendTraffic traffic(LoadBalancer balancer) {
        return balancer.snapshot().backends().get(0).traffic();
    }
}
