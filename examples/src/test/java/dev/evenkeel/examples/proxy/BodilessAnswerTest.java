package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PROXY.md 9: what has no body has none, whatever its fields say, and the connection goes on. */
final class BodilessAnswerTest {
    private static final String MARK = Wire.headOf("HTTP/1.1 299 Mark", "Content-Length: 0");

    @ParameterizedTest
    @CsvSource({
        "GET, 204, Content-Length: 5",
        "GET, 204, Content-Length: 0",
        "GET, 204, X: y",
        "GET, 204, Transfer-Encoding: chunked",
        "GET, 205, Content-Length: 5",
        "GET, 304, Content-Length: 5",
        "GET, 304, Transfer-Encoding: chunked",
        "GET, 304, X: y",
        "HEAD, 200, Content-Length: 5",
        "HEAD, 200, Content-Length: 0",
        "HEAD, 200, Transfer-Encoding: chunked",
        "HEAD, 200, X: y",
        "HEAD, 404, Content-Length: 500",
    })
    void the_next_answer_follows_the_head_at_once(String method, int status, String field) throws Exception {
        try (RawBackend backend = RawBackend.serving((wire, self) -> {
                    while (true) {
                        wire.send(
                                wire.head().contains(" /mark ")
                                        ? MARK
                                        : Wire.headOf("HTTP/1.1 " + status + " S", field));
                    }
                });
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String head =
                    client.send(Wire.headOf(method + " / HTTP/1.1", "Host: a")).head();
            assertThat(head).startsWith("HTTP/1.1 " + status + " ");
            assertThat(client.send(Wire.headOf("GET /mark HTTP/1.1", "Host: a")).head())
                    .startsWith("HTTP/1.1 299 ");
        }
    }

    @Test
    void a_head_shows_the_length_that_a_get_would_have() throws Exception {
        try (RawBackend backend = RawBackend.answering(Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 1234"));
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String head = client.send(Wire.headOf("HEAD / HTTP/1.1", "Host: a")).head();
            assertThat(Wire.field(head, "Content-Length")).isEqualTo("1234");
        }
    }

    @Test
    void a_head_of_unknown_length_shows_none() throws Exception {
        try (RawBackend backend = RawBackend.answering(Wire.headOf("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            assertThat(client.send(Wire.headOf("HEAD / HTTP/1.1", "Host: a")).head())
                    .doesNotContainIgnoringCase("content-length");
        }
    }

    @Test
    void a_204_has_no_length() throws Exception {
        try (RawBackend backend = RawBackend.answering(Wire.headOf("HTTP/1.1 204 None", "Content-Length: 5"));
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            assertThat(client.send(Wire.headOf("GET / HTTP/1.1", "Host: a")).head())
                    .doesNotContainIgnoringCase("content-length");
        }
    }
}
