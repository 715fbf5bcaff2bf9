package dev.evenkeel.lb.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1:8080, http://10.0.0.1:8080",
        "http://a, http://a:80",
        "https://a, https://a:443",
        "HTTP://A.Example:81/, http://a.example:81",
        "http://a/v2/, http://a:80/v2",
        "http://a/v%202, http://a:80/v%202",
        "http://[::1]:9, http://[::1]:9",
        "http://my_service:8080, http://my_service:8080",
        "http://a:65535, http://a:65535",
    })
    void reads_what_a_user_writes_and_always_names_the_port(String text, String url) {
        assertThat(Endpoint.of(text).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "a:8080, absolute URL",
        "10.0.0.1, absolute URL",
        "//a, absolute URL",
        "'', absolute URL",
        "ftp://a, was ftp",
        "http://, must have a host",
        "http://:80, malformed",
        "http://a b, malformed",
        "http://a:, was empty",
        "http://a:0, was 0",
        "http://a:65536, was 65536",
        "http://a:99999999999, was 99999999999",
        "http://a:-1, was -1",
        "http://a:http, was http",
        "http://[::1, malformed",
        "http://a?x=1, had ?x=1",
        "http://a#top, had #top",
        "http://a/x y, percent-encoded",
        "http://a/%zz, percent-encoded",
        "http://a/../b, dot segment",
        "http://a/%2e%2E/b, dot segment",
    })
    void refuses_the_rest_with_the_text_and_the_rule(String text, String rule) {
        assertThatThrownBy(() -> Endpoint.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining(rule);
    }

    @Test
    void refuses_user_info_without_repeating_the_password() {
        assertThatThrownBy(() -> Endpoint.of("http://joe:secret@a:80"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user-info")
                .hasMessageContaining("a:80")
                .message()
                .doesNotContain("secret")
                .doesNotContain("joe");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Endpoint.MAX_WEIGHT + 1})
    void refuses_a_weight_out_of_range_with_the_weight(int weight) {
        Endpoint endpoint = Endpoint.of("http://a");
        assertThatThrownBy(() -> endpoint.withWeight(weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight must be 1 to 1000000, was " + weight + " for http://a:80");
    }

    @Test
    void the_weight_takes_no_part_in_identity() {
        Endpoint light = Endpoint.of("http://a");
        Endpoint heavy = Endpoint.of("http://A:80/").withWeight(7);
        assertThat(heavy).isEqualTo(light).hasSameHashCodeAs(light);
        assertThat(heavy.weight()).isEqualTo(7);
        assertThat(light).isNotEqualTo(Endpoint.of("https://a:80"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret;x@host:80",
                "http://user:secret;weight=5@host:80",
                "http://;secret@host:80;weight=5",
                "http://secret@host",
            })
    void user_info_with_a_semicolon_is_refused_and_not_told(String text) {
        assertThatThrownBy(() -> Endpoint.labelled(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("user-info")
                .hasMessageContaining("host")
                .message()
                .doesNotContain("secret")
                .doesNotContain("user:");
    }

    @Test
    void an_at_sign_in_a_path_is_no_user_info() {
        assertThat(Endpoint.labelled("http://host/a@b;weight=2").url()).isEqualTo("http://host:80/a@b");
        assertThat(Endpoint.labelled("http://host/a//b@c").url()).isEqualTo("http://host:80/a//b@c");
    }

    @Test
    void reads_labels_in_any_order() {
        Endpoint endpoint = Endpoint.labelled("http://a:81/v2;tier=99;weight=1000000;zone=eu-1.b_2");
        assertThat(endpoint.url()).isEqualTo("http://a:81/v2");
        assertThat(endpoint.weight()).isEqualTo(1_000_000);
        assertThat(endpoint.tier()).isEqualTo(99);
        assertThat(endpoint.zone()).isEqualTo("eu-1.b_2");
        Endpoint plain = Endpoint.labelled("http://a");
        assertThat(plain.hasLabelsOf(Endpoint.of("http://b"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://a;weight=1234567890      | weight must be 1 to 1000000, was 1234567890 for http://a:80",
                "http://a;weight=99999999999     | weight must be 1 to 1000000, was 99999999999 for http://a:80",
                "http://a;weight=4294967297      | weight must be 1 to 1000000, was 4294967297 for http://a:80",
                "http://a;weight=0               | weight must be 1 to 1000000, was 0 for http://a:80",
                "http://a;tier=100               | tier must be 0 to 99, was 100 for http://a:80",
                "http://a;tier=-1                | tier must be 0 to 99, was -1 for http://a:80",
                "http://a;tier=4294967296        | tier must be 0 to 99, was 4294967296 for http://a:80",
                "http://a;zone=                  | zone must be 1 to 63 letters, digits, '.', '-' or '_', was \"\" for http://a:80",
                "http://a;zone=a b               | zone must be 1 to 63 letters, digits, '.', '-' or '_', was \"a b\" for http://a:80",
            })
    void a_label_out_of_range_is_refused_with_its_range(String text, String message) {
        assertThatThrownBy(() -> Endpoint.labelled(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "http://a;weight=, 'its weight must be a whole number, was empty'",
        "http://a;weight=1.5, 'its weight must be a whole number, was 1.5'",
        "http://a;tier=x, 'its tier must be a whole number, was x'",
        "http://a;weight=1;weight=1, 'its labels must be key=value, each once, was weight=1'",
        "http://a;zone=a;tier=1;zone=a, 'its labels must be key=value, each once, was zone=a'",
        "http://a;weight, 'its labels must be key=value, each once, was weight'",
        "http://a;, 'its labels must be key=value, each once, was '",
        "http://a;rack=7, 'its labels must be weight, zone or tier, was rack'",
        "http://a;Weight=7, 'its labels must be weight, zone or tier, was Weight'",
    })
    void labels_that_are_none_are_refused_with_the_text_and_the_rule(String text, String rule) {
        assertThatThrownBy(() -> Endpoint.labelled(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a usable endpoint: \"" + text + "\": " + rule);
    }

    @Test
    void a_zone_has_up_to_63_characters() {
        Endpoint endpoint = Endpoint.of("http://a");
        assertThat(endpoint.withZone("z".repeat(63)).zone()).hasSize(63);
        assertThatThrownBy(() -> endpoint.withZone("z".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "%41", "a%41", "/"})
    void a_path_of_any_length_is_read(String unit) {
        String path = "/" + unit.repeat(100_000) + "x";
        assertThat(Endpoint.of("http://a" + path).pathPrefix()).isEqualTo(path);
        assertThatThrownBy(() -> Endpoint.of("http://a" + path + "%4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("percent-encoded");
    }

    @Test
    void an_address_is_part_of_who_it_is_and_labels_are_not() throws Exception {
        Endpoint named = Endpoint.of("https://a");
        Endpoint first = named.withAddress(InetAddress.getByName("10.0.0.7"));
        Endpoint second = named.withAddress(InetAddress.getByName("10.0.0.8"));
        assertThat(first).isNotEqualTo(named).isNotEqualTo(second);
        assertThat(first.withWeight(5).withZone("z").withTier(2))
                .isEqualTo(first)
                .hasSameHashCodeAs(first);
        assertThat(first.url()).isEqualTo("https://a:443");
        assertThat(first.withTier(2).address()).isEqualTo(InetAddress.getByName("10.0.0.7"));
        assertThat(named.address()).isNull();
        assertThat(first).hasToString("https://a:443 at 10.0.0.7");
        assertThat(first.identity()).isEqualTo("https://a:443 at 10.0.0.7");
    }

    @Test
    void the_name_an_address_was_found_by_does_not_count() throws Exception {
        byte[] ip = {10, 0, 0, 7};
        Endpoint named = Endpoint.of("https://a");
        assertThat(named.withAddress(InetAddress.getByAddress("one.example", ip)))
                .isEqualTo(named.withAddress(InetAddress.getByAddress("other.example", ip)));
    }
}
