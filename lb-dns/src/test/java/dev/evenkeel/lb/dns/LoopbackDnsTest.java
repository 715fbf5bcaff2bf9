package dev.evenkeel.lb.dns;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.NioClient;
import org.xbill.DNS.Rcode;

/** Real packets to a server on the loopback. Time is turned by hand but for what a server keeps silent. */
@Timeout(60)
class LoopbackDnsTest {
    private final RecordingDiscovery discovery = new RecordingDiscovery();
    private final Zone zone = new Zone();
    private LoopbackDns server;

    @BeforeEach
    void serve() throws Exception {
        server = new LoopbackDns(zone);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @AfterAll
    static void endTheThreadOfDnsjava() {
        NioClient.close();
    }

    private DnsRecordsSource source(DnsRecordsSource source) {
        return source.servers(server.address())
                .searching()
                .timeout(ofSeconds(30))
                .ipv4Only();
    }

    @Test
    void addresses_come_by_udp() {
        zone.add("a.example. 60 A 10.0.0.1");
        source(DnsRecordsSource.addresses("https://a.example")).watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("found https://a.example:443@10.0.0.1");
        assertThat(server.tcpAnswers).hasValue(0);
    }

    @Test
    void a_truncated_answer_is_fetched_by_tcp() {
        for (int i = 1; i <= 200; i++) {
            zone.add("a.example. 60 A 10.0.1." + i);
        }
        server.truncate();
        source(DnsRecordsSource.addresses("https://a.example")).watch(discovery);
        discovery.now();
        String found = discovery.news().get(0);
        assertThat(found).startsWith("found ").endsWith("@10.0.1.200");
        assertThat(found.split(" ")).hasSize(201);
        assertThat(server.tcpAnswers).hasValue(1);
    }

    @Test
    void many_targets_are_asked_for_together() {
        for (int i = 1; i <= 70; i++) {
            zone.add("_a._tcp.example. 60 SRV 1 1 81 t" + i + ".example.").add("t" + i + ".example. 60 A 10.0.2." + i);
        }
        server.truncate();
        source(DnsRecordsSource.services("http", "_a._tcp.example")).watch(discovery);
        discovery.now();
        assertThat(discovery.news().get(0).split(" ")).hasSize(71);
    }

    @Test
    void a_name_that_does_not_exist_is_told() {
        source(DnsRecordsSource.addresses("https://gone.example")).watch(discovery);
        discovery.now();
        assertThat(discovery.news())
                .containsExactly("failed: gone.example has no A record, asked for as [gone.example.]");
    }

    @Test
    void a_silent_server_is_given_up_at_the_timeout_with_all_its_questions() {
        for (int i = 1; i <= 30; i++) {
            zone.add("_a._tcp.example. 60 SRV 1 1 81 t" + i + ".example.").code("A t" + i + ".example.", -1);
        }
        server.truncate();
        source(DnsRecordsSource.services("http", "_a._tcp.example"))
                .timeout(ofMillis(1_500))
                .watch(discovery);
        discovery.now();
        assertThat(discovery.news())
                .singleElement()
                .asString()
                .startsWith("failed: A of t")
                .contains("no answer");
    }

    @Test
    void a_second_server_is_asked_when_the_first_is_not_there() throws Exception {
        LoopbackDns dead = new LoopbackDns(new Zone());
        InetSocketAddress nobody = dead.address();
        dead.stop();
        zone.add("a.example. 60 A 10.0.0.1");
        source(DnsRecordsSource.addresses("https://a.example"))
                .servers(nobody, server.address())
                .watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("found https://a.example:443@10.0.0.1");
    }

    @Test
    void a_second_server_is_asked_when_the_first_is_sick() throws Exception {
        LoopbackDns sick = new LoopbackDns(new Zone().code("A a.example.", Rcode.SERVFAIL));
        zone.add("a.example. 60 A 10.0.0.1");
        source(DnsRecordsSource.addresses("https://a.example"))
                .servers(sick.address(), server.address())
                .watch(discovery);
        discovery.now();
        sick.stop();
        assertThat(discovery.news()).containsExactly("found https://a.example:443@10.0.0.1");
    }

    @Test
    void what_the_only_server_said_is_told() {
        zone.code("A a.example.", Rcode.REFUSED);
        source(DnsRecordsSource.addresses("https://a.example")).watch(discovery);
        discovery.now();
        assertThat(discovery.news()).containsExactly("failed: A of a.example: the server said REFUSED");
    }
}
