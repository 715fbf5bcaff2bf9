package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PROXY.md 15: bytes leave as they come. The sender waits for the receiver to confirm each part before it sends the next,
 * so a proxy that collects would hang, not be slow.
 */
final class StreamingTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    @Test
    void an_event_arrives_before_the_next_is_sent() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Type: text/event-stream", CHUNKED));
                    for (int event = 0; event < 3; event++) {
                        self.request();
                        wire.send("9\r\ndata: " + event + "\n\n\r\n");
                    }
                    self.request();
                    wire.send("0\r\n\r\n");
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            assertThat(client.send(Wire.headOf("GET /events HTTP/1.1", "Host: a"))
                            .head())
                    .contains("text/event-stream");
            for (int event = 0; event < 3; event++) {
                backend.heard("go on");
                // Jetty sends the end of a chunk with the head of the next.
                String head = (event == 0 ? "" : "\r\n") + "9\r\n";
                assertThat(client.text(head.length() + 9)).isEqualTo(head + "data: " + event + "\n\n");
            }
            backend.heard("go on");
            assertThat(client.text(7)).isEqualTo("\r\n0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void the_first_byte_of_an_answer_leaves_before_the_last_is_sent(int length) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: " + length) + "a");
                    self.request();
                    wire.send("b".repeat(length - 1));
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("GET / HTTP/1.1", "Host: a")).head();
            assertThat(client.text(1)).isEqualTo("a");
            backend.heard("go on");
            assertThat(client.text(length - 1)).isEqualTo("b".repeat(length - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 6", CHUNKED})
    void the_first_byte_of_a_request_leaves_before_the_last_is_sent(String framing) throws Exception {
        boolean chunked = framing.equals(CHUNKED);
        String first = chunked ? "3\r\nabc\r\n" : "abc";
        String last = chunked ? "3\r\ndef\r\n0\r\n\r\n" : "def";
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    self.heard(wire.text(first.length()));
                    self.heard(wire.text(last.length()));
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0"));
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("POST / HTTP/1.1", "Host: a", framing) + first);
            assertThat(backend.request()).isEqualTo(first);
            client.send(last);
            assertThat(backend.request()).isEqualTo(last);
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void a_body_is_asked_for_only_when_the_backend_wants_it() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    self.heard(wire.head());
                    wire.send(Wire.headOf("HTTP/1.1 103 Early Hints", "Link: </x>"));
                    wire.send(Wire.headOf("HTTP/1.1 417 No", "Content-Length: 0"));
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(client.answer()).startsWith("HTTP/1.1 417 ");
            assertThat(Wire.field(backend.request(), "Expect")).isEqualTo("100-continue");
        }
    }

    @Test
    void a_body_that_the_backend_wants_is_asked_for() throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    wire.head();
                    wire.send(Wire.headOf("HTTP/1.1 100 Continue"));
                    self.heard(wire.text(3));
                    wire.send(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0"));
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            client.send(Wire.headOf("POST / HTTP/1.1", "Host: a", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(client.head()).startsWith("HTTP/1.1 100 ");
            client.send("abc");
            assertThat(backend.request()).isEqualTo("abc");
            assertThat(client.answer()).startsWith("HTTP/1.1 200 ");
        }
    }
}
