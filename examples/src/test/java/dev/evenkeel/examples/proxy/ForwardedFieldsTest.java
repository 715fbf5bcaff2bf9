package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 6: who is believed about where a request came from. */
final class ForwardedFieldsTest {
    private static final String OK = Wire.headOf("HTTP/1.1 200 OK", "Content-Length: 0");
    private static final String CLAIMING = Wire.headOf(
            "GET / HTTP/1.1",
            "Host: shop.example:81",
            "X-Forwarded-For: 192.0.2.1",
            "x-forwarded-for: 192.0.2.2",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: outer.example",
            "Forwarded: for=192.0.2.1;proto=https");

    @Test
    void what_an_untrusted_peer_says_is_overwritten() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend, builder -> builder.trusting("10.0.0.0/8", "::1"))) {
            proxied.ask(CLAIMING);
            String request = backend.request();
            assertThat(Wire.field(request, "X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(Wire.field(request, "X-Forwarded-Proto")).isEqualTo("http");
            assertThat(Wire.field(request, "X-Forwarded-Host")).isEqualTo("shop.example:81");
            assertThat(Wire.field(request, "Forwarded")).isEqualTo("for=127.0.0.1;host=\"shop.example:81\";proto=http");
        }
    }

    @Test
    void what_a_trusted_peer_says_is_extended() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend, builder -> builder.trusting("127.0.0.0/8"))) {
            proxied.ask(CLAIMING);
            String request = backend.request();
            assertThat(Wire.field(request, "X-Forwarded-For")).isEqualTo("192.0.2.1, 192.0.2.2, 127.0.0.1");
            assertThat(Wire.field(request, "X-Forwarded-Proto")).isEqualTo("https, http");
            assertThat(Wire.field(request, "X-Forwarded-Host")).isEqualTo("outer.example, shop.example:81");
            assertThat(Wire.field(request, "Forwarded"))
                    .isEqualTo("for=192.0.2.1;proto=https, for=127.0.0.1;host=\"shop.example:81\";proto=http");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a;for=10.0.0.1;proto=https", "a=b", "a(b)"})
    void a_host_cannot_add_parameters_to_forwarded(String host) throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask(Wire.headOf("GET / HTTP/1.1", "Host: " + host));
            assertThat(Wire.field(backend.request(), "Forwarded"))
                    .isEqualTo("for=127.0.0.1;host=\"" + host + "\";proto=http");
        }
    }

    @Test
    void the_scheme_is_that_of_the_connection_whatever_the_target_says() throws Exception {
        try (RawBackend backend = RawBackend.answering(OK);
                Proxied proxied = Proxied.to(backend)) {
            proxied.ask(Wire.headOf("GET https://a/ HTTP/1.1", "Host: a"));
            String request = backend.request();
            assertThat(Wire.field(request, "X-Forwarded-Proto")).isEqualTo("http");
            assertThat(Wire.field(request, "Forwarded")).isEqualTo("for=127.0.0.1;host=a;proto=http");
        }
    }

    @Test
    void an_ipv6_peer_stands_in_brackets_in_forwarded_only() throws Exception {
        Headers.Builder to = new Headers.Builder();
        var peer = new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}),
                9);
        new ForwardedFields(List.of()).add(to, peer, "http", "a", null);
        Headers fields = to.build();
        assertThat(fields.get("X-Forwarded-For")).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(fields.get("Forwarded")).isEqualTo("for=\"[2001:db8:0:0:0:0:0:1]\";host=a;proto=http");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.168.4.0/22, 192.168.7.255, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "::1, ::1, true",
        "2001:db8::/33, 2001:db8:8000::, false"
    })
    void a_block_holds_the_addresses_that_share_its_prefix(String block, String address, boolean held)
            throws Exception {
        assertThat(CidrBlock.of(block).contains(InetAddress.getAllByName(address)[0]))
                .isEqualTo(held);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.1/8",
                "::/129",
                "localhost",
                "1.2.3",
                "1.2.3.256",
                "fe80::1%eth0",
                "::g"
            })
    void a_malformed_block_is_refused_with_its_text(String text) {
        assertThatThrownBy(() -> CidrBlock.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
