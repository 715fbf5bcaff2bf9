package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 1, 2 and 8: which fields pass, which end here, and that what passes passes as it is. */
final class FieldsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void hop_by_hop_fields_of_a_request_end_at_the_proxy() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask(Wire.headOf(
                    "GET / HTTP/1.1",
                    "Host: a",
                    "Connection: X-One, keep-alive",
                    "connection: x-TWO",
                    "X-One: 1",
                    "X-Two: 2",
                    "X-Three: 3",
                    "Keep-Alive: timeout=5",
                    "Proxy-Connection: keep-alive",
                    "TE: gzip",
                    "Proxy-Authenticate: Basic",
                    "Proxy-Authorization: Basic eA=="));
            assertThat(names(backend.request()))
                    .containsExactly(
                            "Host", "X-Three", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded");
        }
    }

    @Test
    void an_upgrade_that_is_not_tunnelled_is_not_passed_on() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(names(backend.request())).doesNotContain("Upgrade", "Connection");
        }
    }

    @Test
    void an_upgrade_field_that_connection_does_not_name_ends_at_the_proxy_too() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(names(backend.request())).doesNotContain("Upgrade");
        }
    }

    @Test
    void hop_by_hop_fields_of_an_answer_and_of_its_trailers_end_at_the_proxy() throws Exception {
        String answer = Wire.headOf(
                        "HTTP/1.1 200 OK",
                        "Date: now",
                        "Connection: X-One",
                        "CONNECTION: x-two",
                        "X-One: 1",
                        "X-Two: 2",
                        "X-Three: 3",
                        "Keep-Alive: timeout=5",
                        "Proxy-Connection: x",
                        "TE: x",
                        "Upgrade: h2c",
                        "Proxy-Authenticate: Basic",
                        "Proxy-Authorization: x",
                        "Trailer: X-Sum",
                        "Transfer-Encoding: chunked")
                + "2\r\nok\r\n0\r\nX-Sum: 7\r\nConnection: X-Gone\r\nX-Gone: 1\r\nKeep-Alive: x\r\nUpgrade: x\r\n\r\n";
        try (RawBackend backend = RawBackend.answering(answer);
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            String head = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").head();
            assertThat(names(head)).containsExactlyInAnyOrder("Date", "X-Three", "Trailer", "Transfer-Encoding");
            assertThat(client.text("2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n".length()))
                    .isEqualTo("2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
        }
    }

    @Test
    void naming_what_we_need_in_connection_deletes_nothing() throws Exception {
        try (RawBackend backend = bodyReader();
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask(Wire.headOf(
                            "POST / HTTP/1.1",
                            "Host: a.example",
                            "Connection: Host, Content-Length, X-Forwarded-For, Forwarded, X-Forwarded-Host, X-Forwarded-Proto",
                            "Content-Length: 3")
                    + "abc");
            String request = backend.request();
            assertThat(Wire.field(request, "Host")).isEqualTo("a.example");
            assertThat(Wire.field(request, "X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(request).endsWith("\r\n\r\nabc");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BREW", "M-SEARCH", "get", "PROPFIND", "OPTIONS", "TRACE", "DELETE", "X!#$%&'*+-.^_`|~9"})
    void any_method_passes_as_it_is(String method) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask(method + " /x HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(backend.request()).startsWith(method + " /x HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "//a//b/",
                "/a;b=c;d",
                "/%2F%2f%41%e2%82%ac",
                "/a?",
                "/a?b=c&d=%20+e&f",
                "/?%3f??/",
                "/...",
                "/a.b",
                "/~a!$&'()*+,=:@-_",
                "/a?b=/../c",
                "/%25",
                "/x?a;b",
                "/x?[1]=2",
                "/a[0]",
                "/%C0%80",
                "/%ff"
            })
    void any_target_passes_byte_for_byte(String target) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(backend.request()).startsWith("GET " + target + " HTTP/1.1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/a/../b",
                "/a/./b",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e/",
                "/a/..",
                "/a/..?q",
                "/a\\b",
                "/a|b",
                "/a\"b",
                "/a<b",
                "/a^b",
                "/a`b",
                "/a{b}",
                "/..;/a",
                "/a/..;x=1/b",
                "/%00",
                "/a%2",
                "/%zz",
                "/a?b=\"c\"",
                "/a?b='c'",
                "/a#b",
                "/a\u00e9",
                "/\u00c3\u00a9",
                "a",
                "http://u@a/"
            })
    void a_target_that_would_be_changed_is_refused_and_reaches_no_backend(String target) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(backend.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void a_body_that_okhttp_cannot_send_is_refused(String method) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend);
                Wire client = proxied.connect()) {
            assertThat(client.send(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
                            .head())
                    .startsWith("HTTP/1.1 400 ");
            assertThat(backend.connections()).isZero();
        }
    }

    @Test
    void fields_keep_their_order_their_case_and_their_bytes() throws Exception {
        String fields = String.join(
                "\r\n",
                "b-Second: 2",
                "Host: a",
                "A-First: 1",
                "content-type: Text/HTML; Charset=UTF-8",
                "B-second: 3",
                "X-Utf8: caf\u00c3\u00a9",
                "accept-encoding: GZIP",
                "X-Empty: ",
                "X-Inner: a  b\tc",
                "Cookie: a=1",
                "Content-Length: 3",
                "Cookie: b=2",
                "User-Agent: me",
                "");
        try (RawBackend backend = bodyReader();
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask("PUT /x HTTP/1.1\r\n" + fields + "\r\nabc");
            assertThat(backend.request()).startsWith("PUT /x HTTP/1.1\r\n" + fields + "X-Forwarded-For");
        }
    }

    @Test
    void an_answers_fields_keep_their_order_their_case_and_their_bytes() throws Exception {
        String fields = String.join(
                "\r\n",
                "set-COOKIE: b=2; Path=/",
                "X-A: 1",
                "set-COOKIE: a=1",
                "content-type: Text/Plain",
                "server: me",
                "date: yesterday",
                "X-Utf8: caf\u00c3\u00a9",
                "ETag: \"x\"",
                "Set-Cookie: c=3",
                "X-Empty: ",
                "");
        try (RawBackend backend = RawBackend.answering("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 2\r\n\r\nok");
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .matches("HTTP/1.1 200 [^\r]*\r\n" + Pattern.quote(fields) + "Content-Length: 2\r\n\r\nok");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 207, 299, 302, 401, 404, 407, 408, 418, 451, 499, 500, 503, 599, 600, 799, 999})
    void any_final_status_passes(int status) throws Exception {
        try (RawBackend backend =
                        RawBackend.answering("HTTP/1.1 " + status + " X\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n");
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 " + status)
                    .contains("Location: /y\r\n");
        }
    }

    @Test
    void nothing_is_added_and_nothing_is_unpacked() throws Exception {
        String zipped = "\u001f\u008b\b\0no gzip at all";
        try (RawBackend backend = RawBackend.answering("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                        + zipped.length() + "\r\n\r\n" + zipped);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .contains("Content-Encoding: gzip\r\n")
                    .endsWith("\r\n\r\n" + zipped);
            assertThat(names(backend.request()))
                    .containsExactly("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded");
        }
    }

    @Test
    void a_user_agent_that_connection_takes_away_is_not_replaced() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask(Wire.headOf(
                    "GET / HTTP/1.1",
                    "Host: a",
                    "Connection: User-Agent, Accept-Encoding",
                    "User-Agent: me",
                    "Accept-Encoding: gzip"));
            assertThat(names(backend.request())).doesNotContain("User-Agent", "Accept-Encoding");
        }
    }

    @Test
    void a_field_that_okhttp_cannot_carry_is_refused() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            assertThat(proxied.ask("GET / HTTP/1.1\r\nHost: a\r\nX-Latin: caf\u00e9\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("X-Latin");
            assertThat(backend.connections()).isZero();
        }
    }

    private static RawBackend bodyReader() throws Exception {
        return RawBackend.serving((wire, self) -> {
            while (true) {
                String head = wire.head();
                self.heard(head + wire.text(Wire.length(head)));
                wire.send(OK);
            }
        });
    }

    private static List<String> names(String head) {
        return head.lines()
                .skip(1)
                .filter(line -> !line.isEmpty())
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();
    }
}
