package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 12 and 14: a request that two readers could frame differently is refused and its connection closed. */
final class RequestFramingTest {
    private static final String OK = Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0");

    static Stream<String> ambiguous() {
        return Stream.of(
                post("Content-Length: 3", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                post("Transfer-Encoding: chunked", "Content-Length: 3") + "0\r\n\r\n",
                post("Content-Length: 3", "Content-Length: 4") + "abcd",
                post("Content-Length: 3", "Content-Length: 3") + "abc",
                post("Content-Length: 3, 3") + "abc",
                post("Content-Length: +3") + "abc",
                post("Content-Length: -3") + "abc",
                post("Content-Length: 0x3") + "abc",
                post("Content-Length: 3 ,") + "abc",
                post("Content-Length: ") + "abc",
                post("Content-Length: 99999999999999999999") + "abc",
                post("Transfer-Encoding: gzip") + "abc",
                post("Transfer-Encoding: identity") + "abc",
                post("Transfer-Encoding: chunked, gzip") + "0\r\n\r\n",
                post("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
                post("Transfer-Encoding: chunked, chunked") + "0\r\n\r\n",
                post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                post("Transfer-Encoding: chunked", "Transfer-Encoding: identity") + "0\r\n\r\n",
                post("Transfer-Encoding: xchunked") + "0\r\n\r\n",
                post("Transfer-Encoding: \u000bchunked") + "0\r\n\r\n",
                post("Transfer-Encoding: \"chunked\"") + "0\r\n\r\n",
                Wire.headOf("POST / HTTP/1.0", "Host: a", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                post("Content-Length : 3") + "abc",
                post("Transfer-Encoding : chunked") + "0\r\n\r\n",
                post("X-A\t: 1"),
                post(" X-Folded: 1"),
                post("X-A: 1", " folded"),
                post("X-A: 1\rX-B: 2"),
                post("X-A: 1\r\rX-B: 2"),
                post("X-A: 1\nX-B: 2"),
                post("X-A: \0"),
                post("X-A: \u0001"),
                post("X-A: \u007f"),
                post("X-\0A: 1"),
                post("X A: 1"),
                post(": 1"),
                post("X-A"),
                post("X-(A): 1"),
                Wire.headOf("GET /\0 HTTP/1.1", "Host: a"),
                Wire.headOf("G\0ET / HTTP/1.1", "Host: a"),
                Wire.headOf("GET / HTTP/1.1 x", "Host: a"),
                Wire.headOf("GET /a b HTTP/1.1", "Host: a"),
                Wire.headOf("GET / HTTP/1.1\rX: y", "Host: a"));
    }

    private static String post(String... fields) {
        return Wire.headOf("POST / HTTP/1.1", "Host: a", String.join("\r\n", fields));
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void an_ambiguous_request_is_refused_and_the_connection_closed(String request) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String answer = client.send(request).answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("\r\nconnection: close\r\n");
            assertThat(Wire.field(answer, "Date")).isNotEmpty();
            client.awaitClosed();
            assertThat(backend.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n",
                        "\r\nabc\r\n0\r\n\r\n",
                "FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n", "100000003\nabc\n0\n\n", "3\nabc\r\n0\r\n\r\n",
                        "3\r\nabc\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
                "3\rabc\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", "3;\nabc\r\n0\r\n\r\n", "3 \0\r\nabc\r\n0\r\n\r\n",
                        "3\r\nabc\r\n0\r\nX: \0\r\n\r\n"
            })
    void a_bad_chunk_is_refused_and_never_looks_complete_to_the_backend(String body) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    self.heard(wire.everything());
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            assertThat(client.send(post("Transfer-Encoding: chunked") + body).answer())
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("\r\nconnection: close\r\n");
            client.awaitClosed();
            if (backend.connections() > 0) {
                assertThat(backend.request()).doesNotContain("0\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 10, abcdefghi", "Transfer-Encoding: chunked, '9\r\nabcdefghi\r\n'"})
    void a_body_that_ends_early_never_looks_complete_to_the_backend(String framing, String body) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    self.heard(wire.head());
                    self.heard(wire.text(body.length()));
                    self.heard("then " + wire.everything());
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(post(framing) + body);
            assertThat(backend.request()).contains("\r\n" + framing + "\r\n");
            assertThat(backend.request()).isEqualTo(body);
            client.socket().shutdownOutput();
            assertThat(backend.request()).isIn("then ", "then (reset)");
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    @Test
    void nothing_after_the_end_of_a_request_reaches_the_backend() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    String head = wire.head();
                    self.heard(head + wire.text(3));
                    wire.send(OK);
                    self.heard("after: " + wire.rest());
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(post("Content-Length: 3") + "abcSMUGGLED\r\n\r\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(backend.request()).endsWith("\r\n\r\nabc");
            assertThat(client.answer()).startsWith("HTTP/1.1 400 ");
            proxied.stop();
            assertThat(backend.request()).isEqualTo("after: ");
        }
    }

    @Test
    void a_request_within_a_body_stays_a_body() throws Exception {
        String inner = Wire.headOf("GET /inner HTTP/1.1", "Host: b");
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    String head = wire.head();
                    self.heard(head + wire.text(inner.length()));
                    wire.send(OK);
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(post("Content-Length: " + inner.length()) + inner);
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(backend.request()).endsWith("\r\n\r\n" + inner);
            assertThat(backend.unheard()).isZero();
        }
    }

    @Test
    void requests_sent_ahead_are_answered_in_order() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    while (true) {
                        String path = wire.head().split(" ", 3)[1];
                        wire.send(Wire.headOf("HTTP/1.1 200 OK", "X-Path: " + path, "Content-Length: 0"));
                    }
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("GET /1 HTTP/1.1", "Host: a") + Wire.headOf("GET /2 HTTP/1.1", "Host: a"));
            assertThat(client.answer()).contains("X-Path: /1");
            assertThat(client.answer()).contains("X-Path: /2");
        }
    }
}
