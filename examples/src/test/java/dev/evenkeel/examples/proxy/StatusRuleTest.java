package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.NoBackendAvailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md's status rule and line 21: 502 tried and failed, 503 not tried, 504 not in time; and settings that are wrong. */
final class StatusRuleTest {
    private static final String GET = Wire.headOf("GET / HTTP/1.1", "Host: a");

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "HEAD"})
    void no_eligible_backend_is_a_503_that_says_when_to_come_back(String method) throws Exception {
        try (Proxied proxied = Proxied.balancedBy(
                        chain -> {
                            throw new NoBackendAvailableException(
                                    "orders", NoBackendAvailableException.Reason.NONE_KNOWN, List.of());
                        },
                        builder -> builder);
                Wire client = proxied.connect()) {
            String head =
                    client.send(Wire.headOf(method + " / HTTP/1.1", "Host: a")).head();
            assertThat(head).startsWith("HTTP/1.1 503 ").contains("\r\nRetry-After: 1\r\n");
            assertOurs(head, method.equals("HEAD") ? "" : client.text(Wire.length(head)));
        }
    }

    @Test
    void a_backend_that_refuses_is_a_502() throws Exception {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        try (Proxied proxied = Proxied.balancedBy(Proxied.toPort(port), builder -> builder);
                Wire client = proxied.connect()) {
            String head = client.send(GET).head();
            assertThat(head).startsWith("HTTP/1.1 502 ");
            assertOurs(head, client.text(Wire.length(head)));
        }
    }

    @Test
    void a_backend_that_closes_without_an_answer_is_a_502() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> wire.head());
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String head = client.send(GET).head();
            assertThat(head).startsWith("HTTP/1.1 502 ");
            assertOurs(head, client.text(Wire.length(head)));
        }
    }

    @Test
    void a_backend_that_does_not_answer_in_time_is_a_504() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> wire.awaitClosed());
                Proxied proxied = Proxied.to(backend, builder -> builder.idleTimeout(Duration.ofMillis(100)));
                Wire client = proxied.connect()) {
            String head = client.send(GET).head();
            assertThat(head).startsWith("HTTP/1.1 504 ");
            assertOurs(head, client.text(Wire.length(head)));
        }
    }

    @Test
    void a_small_answer_that_ends_before_its_first_byte_is_a_502() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "X-Gone: 1", "Content-Length: 5"));
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String head = client.send(GET).head();
            assertThat(head).startsWith("HTTP/1.1 502 ").doesNotContain("X-Gone");
            assertOurs(head, client.text(Wire.length(head)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS *", "CONNECT a:80"})
    void what_is_for_another_kind_of_proxy_is_a_501(String line) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> wire.head());
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf(line + " HTTP/1.1", "Host: a:80")))
                    .startsWith("HTTP/1.1 501 ");
            assertThat(backend.connections()).isZero();
        }
    }

    private static void assertOurs(String head, String body) {
        assertThat(Wire.field(head, "Date")).isNotEmpty();
        assertThat(Wire.length(head)).isPositive();
        assertThat(body).doesNotContain("Exception", "\tat ", "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8080",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:65536",
                "127.0.0.1:-1",
                "::1:80",
                "a b:80",
                "http://a:80"
            })
    void a_malformed_listen_address_is_refused_with_its_text(String text) {
        assertThatThrownBy(() -> ReverseProxy.through(new OkHttpClient()).listen(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "backends",
                "ftp://a",
                "http://",
                "http://a/path",
                "http://a/?q",
                "http://a/#f",
                "http://u@a/"
            })
    void a_malformed_upstream_is_refused(String text) {
        assertThatThrownBy(() -> ReverseProxy.through(new OkHttpClient()).to(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void durations_out_of_range_are_refused_with_their_value() {
        ReverseProxy.Builder builder = ReverseProxy.through(new OkHttpClient());
        assertThatThrownBy(() -> builder.grace(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> builder.connectTimeout(Duration.ZERO)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> builder.idleTimeout(Duration.ofNanos(1))).hasMessageContaining("PT0.000000001S");
    }

    @Test
    void a_port_in_use_is_named() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            ReverseProxy proxy =
                    ReverseProxy.through(new OkHttpClient()).listen(address).build();
            assertThatThrownBy(proxy::start).isInstanceOf(IOException.class).hasMessageContaining(address);
            assertThat(proxy.ready()).isFalse();
            assertThatThrownBy(proxy::port).isInstanceOf(IllegalStateException.class);
            proxy.close();
        }
    }
}
