package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 13 and 16: what a backend may not say, and a body that ends before its end. */
final class AnswerFramingTest {
    private static final String GET = Wire.headOf("GET / HTTP/1.1", "Host: a");

    static Stream<String> garbage() {
        return Stream.of(
                answer("Content-Length: 3", "Content-Length: 4") + "abcd",
                answer("Content-Length: 3, 4") + "abcd",
                answer("Content-Length: abc"),
                answer("Content-Length: -1"),
                answer("Content-Length: "),
                answer("Content-Length: 99999999999999999999"),
                answer("Content-Length: 3", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                answer("Transfer-Encoding: gzip") + "abc",
                answer("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
                answer("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                Wire.headOf("HTTP/1.0 200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                answer("no colon here", "Content-Length: 0"),
                answer(": no name", "Content-Length: 0"),
                answer("X A: 1", "Content-Length: 0"),
                answer("X-A : 1", "Content-Length: 0"),
                answer("X-A: \0", "Content-Length: 0"),
                answer("X-A: 1\r2", "Content-Length: 0"),
                answer("X-Latin: caf\u00e9", "Content-Length: 0"),
                Wire.headOf("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"),
                Wire.headOf("HTTP/1.1 101 Switching Protocols"),
                Wire.headOf("HTTP/1.1 OK"),
                Wire.headOf("SSH-2.0-OpenSSH_9.2"),
                "\0\1\2\3\r\n\r\n",
                "");
    }

    private static String answer(String... fields) {
        return Wire.headOf("HTTP/1.1 200 OK", String.join("\r\n", fields));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void a_malformed_answer_becomes_a_502_and_its_connection_is_not_used_again(String garbage) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    boolean first = self.connections() == 1;
                    wire.head();
                    wire.send(first ? garbage : answer("Content-Length: 0"));
                    if (!garbage.isEmpty()) {
                        wire.awaitClosed();
                        self.heard("closed");
                    }
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String answer =
                    client.send(Wire.headOf("POST / HTTP/1.1", "Host: a")).answer();
            assertThat(answer).startsWith("HTTP/1.1 502 ").doesNotContain("\tat ", "Exception", "caf");
            assertThat(Wire.field(answer, "Date")).isNotEmpty();
            if (!garbage.isEmpty()) {
                assertThat(backend.request()).isEqualTo("closed");
            }
            assertThat(client.send(GET).answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10", "Transfer-Encoding: chunked"})
    void a_truncated_answer_is_cut_off_by_a_reset(String framing) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(answer(framing) + "5\r\nab");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(GET);
            assertThat(endsInOrder(client)).isFalse();
            Proxied.await("nothing is in flight", () -> proxied.proxy.inFlight() == 0);
        }
    }

    @Test
    void a_truncated_answer_to_http_1_0_is_cut_off_by_a_reset() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(answer("Transfer-Encoding: chunked") + "5\r\nab");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("GET / HTTP/1.0"));
            assertThat(endsInOrder(client)).isFalse();
        }
    }

    @Test
    void a_bad_chunk_in_an_answer_is_cut_off() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(answer("Transfer-Encoding: chunked") + "2\r\nab\r\nzz\r\n");
                    wire.awaitClosed();
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(GET);
            assertThat(endsInOrder(client)).isFalse();
        }
    }

    /** Reads all there is; a reset may also strike while the head is read. */
    private static boolean endsInOrder(Wire client) throws Exception {
        try {
            client.rest();
            return true;
        } catch (SocketException reset) {
            return false;
        }
    }
}
