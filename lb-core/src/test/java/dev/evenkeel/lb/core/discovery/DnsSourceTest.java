package dev.evenkeel.lb.core.discovery;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.EndpointSource.Watch;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsSourceTest {
    private final RecordingDiscovery discovery = new RecordingDiscovery();
    private final List<String> asked = new ArrayList<>();
    private List<String> zone = List.of("10.0.0.1", "2001:db8::1");
    private double draw = 0.5;

    private InetAddress[] addressesOf(String host) throws UnknownHostException {
        asked.add(host + " at " + discovery.nanos() / 1_000_000 + " ms");
        if (zone.contains("none")) {
            throw new UnknownHostException(host);
        }
        InetAddress[] all = new InetAddress[zone.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(zone.get(i)); // Literals: nothing is resolved.
        }
        return all;
    }

    private Watch watch(DnsSource source) {
        return source.with(new DnsSource.Seams(this::addressesOf, () -> draw)).watch(discovery);
    }

    @Test
    void every_address_is_an_endpoint_that_keeps_the_name_and_the_labels() {
        watch(DnsSource.of("https://orders.example:8443/v2;weight=5;zone=a"));
        discovery.now();
        assertThat(asked).containsExactly("orders.example at 0 ms");
        assertThat(discovery.news())
                .containsExactly("found https://orders.example:8443/v2@10.0.0.1;w5;za;t0"
                        + " https://orders.example:8443/v2@2001:db8:0:0:0:0:0:1;w5;za;t0");
    }

    @Test
    void a_name_that_does_not_resolve_is_told_with_name_and_cause_and_asked_for_again() {
        zone = List.of("none");
        watch(DnsSource.of("http://orders.example"));
        discovery.now();
        assertThat(discovery.news()).containsExactly("failed: orders.example does not resolve");
        assertThat(discovery.causes).singleElement().isInstanceOf(UnknownHostException.class);
        zone = List.of("10.0.0.1");
        discovery.advance(ofSeconds(30));
        assertThat(discovery.news()).containsExactly("found http://orders.example:80@10.0.0.1");
    }

    @Test
    void no_address_at_all_is_a_failure_too() {
        zone = List.of();
        watch(DnsSource.of("http://orders.example"));
        discovery.now();
        assertThat(discovery.news()).containsExactly("failed: orders.example must have an address, had 0 other ones");
    }

    @Test
    void ipv6_can_be_left_out_and_a_name_that_has_nothing_else_fails() {
        watch(DnsSource.of("http://orders.example").ipv4Only());
        discovery.now();
        assertThat(discovery.news()).containsExactly("found http://orders.example:80@10.0.0.1");
        zone = List.of("2001:db8::1");
        discovery.advance(ofSeconds(30));
        assertThat(discovery.news())
                .containsExactly("failed: orders.example must have an IPv4 address, had 1 other ones");
    }

    @Test
    void it_is_asked_again_after_the_interval_give_or_take_a_tenth() {
        watch(DnsSource.of("http://a"));
        draw = 0;
        discovery.now();
        draw = 0.999_999;
        discovery.advance(ofSeconds(27));
        discovery.advance(ofSeconds(33));
        assertThat(asked).containsExactly("a at 0 ms", "a at 27000 ms", "a at 59999 ms");
    }

    @Test
    void the_interval_can_be_set() {
        watch(DnsSource.of("http://a").every(ofSeconds(5)));
        discovery.advance(ofSeconds(10));
        assertThat(asked).containsExactly("a at 0 ms", "a at 5000 ms", "a at 10000 ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.999S", "PT24H0.001S"})
    void an_interval_out_of_range_is_refused_with_the_range(Duration interval) {
        assertThatThrownBy(() -> DnsSource.of("http://a").every(interval))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the interval of dns a:80 must be 1 s to 1 day, was " + interval);
    }

    @Test
    void a_refresh_asks_at_once() {
        Watch watch = watch(DnsSource.of("http://a"));
        discovery.advance(ofSeconds(7));
        watch.refresh();
        discovery.now();
        assertThat(asked).containsExactly("a at 0 ms", "a at 7000 ms");
    }

    @Test
    void the_real_name_service_reads_literals_in_both_families() {
        DnsSource.of("http://[::1]:81").watch(discovery);
        DnsSource.of("http://127.0.0.1:81").watch(discovery);
        discovery.now();
        assertThat(discovery.news())
                .containsExactly("found http://[::1]:81@0:0:0:0:0:0:0:1", "found http://127.0.0.1:81@127.0.0.1");
    }

    @Test
    void it_is_called_by_host_and_port() {
        assertThat(DnsSource.of("https://Orders.Example")).hasToString("dns orders.example:443");
    }
}
