package dev.evenkeel.lb.dns;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.EndpointSource.Watch;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

/** A and AAAA records, from a zone that answers at once, in a time that is turned by hand. */
class DnsRecordsSourceTest {
    private final RecordingDiscovery discovery = new RecordingDiscovery();
    private final Zone zone = new Zone();
    private double draw;

    private DnsRecordsSource source(String url) {
        return DnsRecordsSource.addresses(url).asking(zone).searching().with(Pace.DEFAULT.withDraw(() -> draw));
    }

    private Watch watch(String url) {
        return source(url).watch(discovery);
    }

    @Test
    void every_address_is_an_endpoint_that_keeps_the_name_and_the_labels() {
        zone.add("a.example. 60 A 10.0.0.1").add("a.example. 60 A 10.0.0.2").add("a.example. 60 AAAA 2001:db8::1");
        watch("https://A.example:8443/v2;weight=3");
        discovery.now();
        assertThat(discovery.news())
                .containsExactly("found https://a.example:8443/v2@10.0.0.1;w3;znull;t0"
                        + " https://a.example:8443/v2@10.0.0.2;w3;znull;t0"
                        + " https://a.example:8443/v2@2001:db8:0:0:0:0:0:1;w3;znull;t0");
    }

    @Test
    void ipv4_only_does_not_even_ask_for_the_others() {
        zone.add("a.example. 60 A 10.0.0.1").add("a.example. 60 AAAA 2001:db8::1");
        source("http://a.example").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("found http://a.example:80@10.0.0.1");
        assertThat(zone.asked()).containsExactly("A a.example.");
    }

    @Test
    void the_smallest_time_to_live_says_when_to_ask_again() {
        zone.add("a.example. 60 A 10.0.0.1").add("a.example. 20 AAAA 2001:db8::1");
        watch("http://a.example");
        discovery.now();
        zone.asked();
        discovery.advance(ofMillis(19_999));
        assertThat(zone.asked()).isEmpty();
        discovery.advance(ofMillis(1));
        assertThat(zone.asked()).containsExactly("A a.example.", "AAAA a.example.");
    }

    @Test
    void an_alias_may_hold_shorter_than_the_address_and_is_followed_across_answers() {
        zone.add("a.example. 15 CNAME b.example.")
                .add("b.example. 60 CNAME c.example.")
                .add("c.example. 60 A 10.0.0.3");
        source("http://a.example").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(zone.asked()).containsExactly("A a.example.", "A b.example.", "A c.example.");
        assertThat(discovery.news()).containsExactly("found http://a.example:80@10.0.0.3");
        discovery.advance(ofSeconds(15));
        assertThat(zone.asked()).hasSize(3);
    }

    @Test
    void aliases_in_a_circle_are_given_up() {
        zone.add("a.example. 15 CNAME b.example.").add("b.example. 15 CNAME a.example.");
        source("http://a.example").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("failed: A of a.example: more than 8 aliases in a row");
        assertThat(zone.asked()).hasSize(9);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1000", "0, 0.5, 1050", "86400, 0, 300000", "2147483647, 0.5, 315000", "30, 0.999999, 32999"})
    void the_pause_is_bounded_and_up_to_a_tenth_longer(long ttl, double drawn, long millis) {
        zone.add("a.example. " + ttl + " A 10.0.0.1").add("a.example. 2147483647 AAAA ::2");
        draw = drawn;
        watch("http://a.example");
        discovery.now();
        zone.asked();
        discovery.advance(ofMillis(millis - 1));
        assertThat(zone.asked()).isEmpty();
        discovery.advance(ofMillis(2));
        assertThat(zone.asked()).hasSize(2);
    }

    @Test
    void the_bounds_can_be_set() {
        zone.add("a.example. 0 A 10.0.0.1");
        source("http://a.example")
                .refreshBetween(ofSeconds(7), ofSeconds(7))
                .ipv4Only()
                .watch(discovery);
        discovery.advance(ofSeconds(14));
        assertThat(zone.asked()).hasSize(3);
    }

    @Test
    void a_name_that_does_not_exist_is_told_and_asked_for_by_the_zones_negative_time() {
        watch("http://gone.example");
        discovery.now();
        assertThat(discovery.news())
                .containsExactly("failed: gone.example has no A or AAAA record, asked for as [gone.example.]");
        zone.add("gone.example. 60 A 10.0.0.1");
        discovery.advance(ofMillis(39_999));
        assertThat(discovery.news()).isEmpty();
        discovery.advance(ofMillis(1));
        assertThat(discovery.news()).containsExactly("found http://gone.example:80@10.0.0.1");
    }

    @Test
    void a_name_without_addresses_is_no_empty_set() {
        zone.add("a.example. 60 A 10.0.0.1");
        watch("http://a.example");
        discovery.now();
        discovery.news();
        zone.clear().add("a.example. 60 TXT nobody");
        discovery.advance(ofSeconds(60));
        assertThat(discovery.news())
                .containsExactly("failed: a.example has no A or AAAA record, asked for as [a.example.]");
    }

    @Test
    void a_question_without_an_answer_keeps_what_it_last_brought_and_the_other_goes_on() {
        zone.add("a.example. 60 A 10.0.0.1").add("a.example. 60 AAAA ::2");
        watch("http://a.example");
        discovery.now();
        discovery.news();
        zone.clear().add("a.example. 60 A 10.0.0.9").code("AAAA a.example.", Rcode.SERVFAIL);
        discovery.advance(ofSeconds(60));
        assertThat(discovery.news())
                .containsExactly(
                        "found http://a.example:80@10.0.0.9 http://a.example:80@0:0:0:0:0:0:0:2",
                        "failed: AAAA of a.example: the server said SERVFAIL");
        discovery.advance(ofSeconds(1));
        assertThat(discovery.news())
                .as("nothing new")
                .containsExactly("failed: AAAA of a.example: the server said SERVFAIL");
        zone.heal();
        discovery.advance(ofSeconds(2));
        assertThat(discovery.news()).as("recovered").containsExactly("found http://a.example:80@10.0.0.9");
    }

    @Test
    void after_failures_the_pause_doubles_up_to_thirty_seconds() {
        zone.code("A a.example.", -1);
        source("http://a.example").ipv4Only().watch(discovery);
        StringBuilder seconds = new StringBuilder();
        for (int second = 0; second <= 100; second++) {
            discovery.advance(ofSeconds(second == 0 ? 0 : 1));
            if (!zone.asked().isEmpty()) {
                seconds.append(second).append(' ');
            }
        }
        assertThat(seconds).hasToString("0 1 3 7 15 31 61 91 ");
        assertThat(discovery.causes).first().asString().contains("no answer: java.io.IOException: silence");
    }

    @Test
    void one_good_answer_ends_the_doubling() {
        zone.code("A a.example.", -1);
        source("http://a.example").ipv4Only().watch(discovery);
        discovery.advance(ofSeconds(7));
        zone.heal().add("a.example. 5 A 10.0.0.1");
        discovery.advance(ofSeconds(8));
        zone.code("A a.example.", -1);
        discovery.advance(ofSeconds(5));
        zone.asked();
        discovery.advance(ofSeconds(1));
        assertThat(zone.asked()).hasSize(1);
    }

    @Test
    void names_are_searched_in_order_until_one_exists() {
        zone.add("a.two.example. 60 A 10.0.0.2").add("a. 60 A 10.0.0.9");
        source("http://a").searching("one.example", "two.example.").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(zone.asked()).containsExactly("A a.one.example.", "A a.two.example.");
        assertThat(discovery.news()).containsExactly("found http://a:80@10.0.0.2");
    }

    @Test
    void a_name_with_a_dot_is_asked_for_as_it_is_first_and_one_that_ends_in_a_dot_only_so() {
        source("http://a.b").searching("example").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(zone.asked()).containsExactly("A a.b.", "A a.b.example.");
        source("http://a.b.").searching("example").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(zone.asked()).containsExactly("A a.b.");
    }

    @Test
    void a_search_does_not_go_past_a_name_that_could_not_be_asked_for() {
        zone.add("a.two.example. 60 A 10.0.0.2").code("A a.one.example.", Rcode.REFUSED);
        source("http://a").searching("one.example", "two.example").ipv4Only().watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("failed: A of a.one.example: the server said REFUSED");
        assertThat(zone.asked()).hasSize(1);
    }

    @Test
    void a_refresh_asks_at_once() {
        zone.add("a.example. 60 A 10.0.0.1");
        Watch watch = watch("http://a.example");
        discovery.advance(ofSeconds(3));
        zone.asked();
        watch.refresh();
        discovery.now();
        assertThat(zone.asked()).hasSize(2);
        watch.close();
        discovery.advance(ofMinutes(10));
        assertThat(zone.asked()).isEmpty();
        assertThat(discovery.pending()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"http://10.0.0.1, 10.0.0.1", "http://[::1]:81, [::1]"})
    void an_address_is_no_name(String url, String host) {
        assertThatThrownBy(() -> DnsRecordsSource.addresses(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the host must be a name, was " + host);
    }

    @Test
    void senseless_settings_are_refused_with_value_and_rule() {
        DnsRecordsSource source = DnsRecordsSource.addresses("http://a");
        assertThatThrownBy(() -> source.timeout(ofMillis(99)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the timeout must be 100 ms to 1 min, was PT0.099S");
        assertThatThrownBy(() -> source.refreshBetween(ofSeconds(9), ofSeconds(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("was PT9S and PT8S");
        assertThatThrownBy(() -> source.refreshBetween(ofMillis(999), ofSeconds(8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(source::servers)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there must be at least 1 server, had 0");
        assertThatThrownBy(() -> source.servers(InetSocketAddress.createUnresolved("ns.example", 53)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a server must be an address, was ns.example");
        assertThatThrownBy(() -> source.searching("a..b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a name must be as in DNS, was \"a..b\"");
        assertThat(source).hasToString("dns records of a:80");
    }
}
