package dev.evenkeel.lb.dns;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** SRV records, from a zone that answers at once, in a time that is turned by hand. */
class ServicesTest {
    private static final String SERVICE = "_orders._tcp.example.";

    private final RecordingDiscovery discovery = new RecordingDiscovery();
    private final Zone zone = new Zone();

    private DnsRecordsSource source() {
        return DnsRecordsSource.services("https", "_orders._tcp.example")
                .asking(zone)
                .searching()
                .with(Pace.DEFAULT.withDraw(() -> 0));
    }

    private void watch() {
        source().ipv4Only().watch(discovery);
        discovery.now();
    }

    private Zone srv(int priority, int weight, int port, String target) {
        return zone.add(SERVICE + " 60 SRV " + priority + " " + weight + " " + port + " " + target);
    }

    @Test
    void port_weight_and_priority_become_port_weight_and_tier() {
        srv(20, 5, 8443, "b.example.").add("b.example. 60 A 10.0.0.2");
        srv(10, 3, 8444, "a.example.").add("a.example. 60 A 10.0.0.1");
        srv(300, 1, 8445, "c.example.").add("c.example. 60 A 10.0.0.3");
        watch();
        assertThat(discovery.news())
                .containsExactly("found https://a.example:8444@10.0.0.1;w3;znull;t0"
                        + " https://b.example:8443@10.0.0.2;w5;znull;t1"
                        + " https://c.example:8445@10.0.0.3;w1;znull;t2");
    }

    @Test
    void more_than_a_hundred_priorities_share_the_last_tier() {
        for (int i = 0; i < 102; i++) {
            srv(i * 600, 1, 8000 + i, "a.example.");
        }
        zone.add("a.example. 60 A 10.0.0.1");
        watch();
        assertThat(discovery.news())
                .singleElement()
                .asString()
                .contains("a.example:8098@10.0.0.1;w1;znull;t98 ")
                .contains("a.example:8099@10.0.0.1;w1;znull;t99 ")
                .endsWith("a.example:8101@10.0.0.1;w1;znull;t99");
    }

    @Test
    void weight_zero_is_small_beside_others_and_equal_among_its_like() {
        srv(1, 0, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        srv(1, 4, 82, "a.example.");
        srv(2, 0, 83, "a.example.");
        srv(2, 0, 84, "a.example.");
        watch();
        assertThat(discovery.news())
                .containsExactly("found https://a.example:81@10.0.0.1 https://a.example:82@10.0.0.1;w40;znull;t0"
                        + " https://a.example:83@10.0.0.1;w1;znull;t1 https://a.example:84@10.0.0.1;w1;znull;t1");
    }

    @Test
    void a_target_with_two_addresses_shares_its_weight_among_them() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1").add("a.example. 60 A 10.0.0.2");
        srv(1, 1, 81, "b.example.").add("b.example. 60 A 10.0.0.3");
        watch();
        assertThat(discovery.news())
                .containsExactly("found https://a.example:81@10.0.0.1 https://a.example:81@10.0.0.2"
                        + " https://b.example:81@10.0.0.3;w2;znull;t0");
    }

    @Test
    void addresses_that_come_along_are_not_asked_for() {
        srv(1, 1, 81, "a.example.")
                .addGlue("a.example. 60 A 10.0.0.1")
                .addGlue("a.example. 60 AAAA ::2")
                .addGlue("evil.example. 60 A 10.6.6.6");
        source().watch(discovery);
        discovery.now();
        assertThat(zone.asked()).containsExactly("SRV " + SERVICE);
        assertThat(discovery.news())
                .containsExactly("found https://a.example:81@10.0.0.1 https://a.example:81@0:0:0:0:0:0:0:2");
    }

    @Test
    void a_family_that_did_not_come_along_is_asked_for() {
        srv(1, 1, 81, "a.example.").addGlue("a.example. 60 A 10.0.0.1").add("a.example. 60 AAAA ::2");
        source().watch(discovery);
        discovery.now();
        assertThat(zone.asked()).containsExactly("SRV " + SERVICE, "AAAA a.example.");
        assertThat(discovery.news())
                .containsExactly("found https://a.example:81@10.0.0.1 https://a.example:81@0:0:0:0:0:0:0:2");
    }

    @Test
    void the_smallest_time_to_live_of_service_target_and_glue_counts() {
        srv(1, 1, 81, "a.example.").add("a.example. 50 A 10.0.0.1");
        srv(1, 1, 81, "b.example.").addGlue("b.example. 20 A 10.0.0.2");
        watch();
        zone.asked();
        discovery.advance(ofMillis(19_999));
        assertThat(zone.asked()).isEmpty();
        discovery.advance(ofMillis(1));
        assertThat(zone.asked()).isNotEmpty();
    }

    @Test
    void a_service_that_says_it_is_not_available_is_told_and_leaves_the_set() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        watch();
        discovery.news();
        zone.clear();
        srv(0, 0, 0, ".");
        discovery.advance(ofSeconds(60));
        assertThat(discovery.news())
                .containsExactly(
                        "failed: _orders._tcp.example says that the service is not available: its target is .");
    }

    @Test
    void a_service_without_records_is_told() {
        watch();
        assertThat(discovery.news())
                .containsExactly(
                        "failed: _orders._tcp.example has no SRV record, asked for as [_orders._tcp.example.]");
    }

    @Test
    void a_target_without_an_address_is_told_and_the_others_count() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        srv(1, 1, 81, "gone.example.");
        watch();
        assertThat(discovery.news())
                .containsExactly(
                        "found https://a.example:81@10.0.0.1",
                        "failed: _orders._tcp.example: its target gone.example has no address");
    }

    @Test
    void a_target_that_cannot_be_asked_for_keeps_its_addresses() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        srv(1, 1, 81, "b.example.").add("b.example. 60 A 10.0.0.2");
        watch();
        discovery.news();
        zone.code("A b.example.", Rcode.SERVFAIL);
        discovery.advance(ofSeconds(60));
        assertThat(discovery.news()).containsExactly("failed: A of b.example: the server said SERVFAIL");
    }

    @Test
    void an_answer_that_makes_no_endpoint_is_refused_as_a_whole() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        srv(1, 1, 0, "a.example.");
        watch();
        assertThat(discovery.news())
                .singleElement()
                .asString()
                .startsWith("failed: the answer is refused: not a usable endpoint: \"https://a.example:0\": ")
                .contains("its port must be 1 to 65535, was 0");
    }

    @Test
    void a_service_is_searched_for_too() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        DnsRecordsSource.services("http", "_orders._tcp")
                .asking(zone)
                .searching("example")
                .ipv4Only()
                .watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("found http://a.example:81@10.0.0.1");
    }

    @Test
    void another_scheme_is_refused() {
        assertThatThrownBy(() -> DnsRecordsSource.services("ftp", "_a._tcp"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the scheme must be http or https, was ftp");
        assertThat(source()).hasToString("dns services of _orders._tcp.example");
    }

    @Test
    void after_the_timeout_nothing_more_is_sent_and_what_is_under_way_is_cancelled() {
        for (int i = 0; i < 100; i++) {
            srv(1, 1, 81, "t" + i + ".example.").add("t" + i + ".example. 60 A 10.0.0." + i);
        }
        List<CompletableFuture<Message>> silent = new ArrayList<>();
        AtomicBoolean fallsSilent = new AtomicBoolean();
        Dns dns = query -> {
            if (!fallsSilent.get() || query.getQuestion().getType() == Type.SRV) {
                return zone.ask(query);
            }
            if (silent.size() == 9) {
                discovery.advance(ofMillis(500));
            }
            silent.add(new CompletableFuture<>());
            return silent.get(silent.size() - 1);
        };
        source().asking(dns).timeout(ofMillis(500)).ipv4Only().watch(discovery);
        discovery.now();
        assertThat(discovery.news()).singleElement().asString().contains("t99.example:81@10.0.0.99");
        fallsSilent.set(true);
        discovery.advance(ofSeconds(60));
        assertThat(silent).hasSize(10).allMatch(CompletableFuture::isCancelled);
        assertThat(discovery.news())
                .as("all addresses are kept")
                .containsExactly("failed: A of t0.example: no answer within 500 ms");
    }

    @Test
    void a_malformed_answer_fails_its_own_question_only() {
        srv(1, 1, 81, "a.example.").add("a.example. 60 A 10.0.0.1");
        srv(1, 1, 81, "b.example.");
        Zone malformed = new Zone()
                .add("b.example. 60 CNAME c.example.")
                .add("c.example. 60 CNAME d.example.")
                .add("d.example. 60 CNAME e.example.")
                .add("d.example. 60 CNAME f.example.");
        Dns dns = query -> {
            if (!query.getQuestion().getName().toString().equals("b.example.")) {
                return zone.ask(query);
            }
            Message answer = new Message(query.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(query.getQuestion(), Section.QUESTION);
            malformed.all().forEach(each -> answer.addRecord(each, Section.ANSWER));
            return CompletableFuture.completedFuture(answer);
        };
        source().asking(dns).ipv4Only().watch(discovery);
        discovery.now();
        assertThat(discovery.news())
                .containsExactly(
                        "found https://a.example:81@10.0.0.1",
                        "failed: A of b.example: the server's answer is malformed");
        assertThat(discovery.causes)
                .singleElement()
                .satisfies(cause -> assertThat(cause).hasCauseInstanceOf(RuntimeException.class));
    }
}
