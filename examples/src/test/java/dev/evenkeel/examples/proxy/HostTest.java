package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 7: one Host, and whose. */
final class HostTest {
    private static final String OK = Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "Shop.Example",
                "shop.example:80",
                "shop.example:8080",
                "[::1]",
                "[2001:db8::1]:81",
                "10.0.0.1",
                "under_score"
            })
    void the_clients_host_passes_as_it_is(String host) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf("GET / HTTP/1.1", "Host: " + host)))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(Wire.field(backend.request(), "Host")).isEqualTo(host);
        }
    }

    @Test
    void the_backends_own_host_can_be_asked_for() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend, builder -> builder.host(HostMode.BACKEND))) {
            proxied.ask(Wire.headOf("GET / HTTP/1.1", "Host: shop.example"));
            String request = backend.request();
            assertThat(Wire.field(request, "Host")).isEqualTo("127.0.0.1:" + backend.port());
            assertThat(Wire.field(request, "X-Forwarded-Host")).isEqualTo("shop.example");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://inner.example/x?y, /x?y, inner.example",
        "http://inner.example:81/, /, inner.example:81",
        "http://inner.example, /, inner.example",
        "http://inner.example?q, /?q, inner.example",
    })
    void an_absolute_target_overrides_host(String target, String path, String host) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf("GET " + target + " HTTP/1.1", "Host: other.example")))
                    .startsWith("HTTP/1.1 200 ");
            String request = backend.request();
            assertThat(request).startsWith("GET " + path + " HTTP/1.1\r\n");
            assertThat(Wire.field(request, "Host")).isEqualTo(host);
            assertThat(Wire.field(request, "X-Forwarded-Host")).isEqualTo(host);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://inner.example/x?y, /x?y, inner.example",
        "http://inner.example:81/, /, inner.example:81",
        "http://inner.example, /, inner.example",
    })
    void an_absolute_target_of_http_1_0_stands_for_the_host_it_lacks(String target, String path, String host)
            throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf("GET " + target + " HTTP/1.0"))).startsWith("HTTP/1.1 200 ");
            String request = backend.request();
            assertThat(request).startsWith("GET " + path + " HTTP/1.1\r\n");
            assertThat(Wire.field(request, "Host")).isEqualTo(host);
            assertThat(Wire.field(request, "X-Forwarded-Host")).isEqualTo(host);
        }
    }

    @Test
    void http_1_0_needs_no_host() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf("GET / HTTP/1.0"))).startsWith("HTTP/1.1 200 ");
            String request = backend.request();
            assertThat(Wire.field(request, "Host")).isEqualTo("127.0.0.1:" + backend.port());
            assertThat(request).doesNotContain("X-Forwarded-Host");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-No-Host: a",
                "Host: a|Host: a",
                "Host: a|Host: b",
                "Host: ",
                "Host: a b",
                "Host: a,b",
                "Host: a/b",
                "Host: u@a",
                "Host: a:b",
                "Host: a:70000",
                "Host: [::1",
                "Host: a?b",
                "Host: a#b",
                "Host: http://a",
                "Host: a\\b",
                "Host: :80"
            })
    void a_missing_repeated_or_bad_host_is_refused(String fields) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(Wire.headOf("GET / HTTP/1.1", fields.replace("|", "\r\n"))))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(backend.connections()).isZero();
        }
    }
}
