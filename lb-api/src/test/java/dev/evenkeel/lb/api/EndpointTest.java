package dev.evenkeel.lb.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
