package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server of a backend that leaves sees of its connections: open up to the end of the drain, closed right after it. Their
 * keep-alive is 5 minutes and the servers close none, so nothing but the drain's end does.
 */
@Timeout(60)
class GoneBackendTest {
    /** What was measured is told, not judged. */
    private static final Logger told = LoggerFactory.getLogger("measured");

    private static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .addSubjectAlternativeName("orders")
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    private static final HandshakeCertificates SERVER =
            new HandshakeCertificates.Builder().heldCertificate(CERTIFICATE).build();
    private static final HandshakeCertificates CLIENT = new HandshakeCertificates.Builder()
            .addTrustedCertificate(CERTIFICATE.certificate())
            .build();

    private final List<AutoCloseable> open = new ArrayList<>();
    private final ManualTime time = ManualTime.create();

    /** How calls go to the servers. */
    record Link(Transport transport, Wire wire, boolean tls) {
        String scheme() {
            return tls ? "https" : "http";
        }

        Endpoint to(RawServer server) {
            return Endpoint.of(scheme() + "://127.0.0.1:" + server.port());
        }

        /** Returns how many connections two calls at the same time need. */
        int connections() {
            return wire == Wire.H1 ? 2 : 1;
        }
    }

    static List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (Wire wire : Wire.values()) {
                links.add(new Link(transport, wire, false));
                links.add(new Link(transport, wire, true));
            }
        }
        return links;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private RawServer server(Link link) throws IOException {
        return Relay.running(link.wire.protocols(link.tls), link.tls ? SERVER.sslSocketFactory() : null, open);
    }

    private LoadBalancer orders(Link link, RawServer server) {
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends(link.to(server).url())
                .time(time)
                .build();
        open.add(0, orders);
        return orders;
    }

    private static OkHttpClient client(Link link, LoadBalancer orders) {
        OkHttpClient base = new OkHttpClient.Builder()
                .protocols(link.wire.protocols(link.tls))
                .sslSocketFactory(CLIENT.sslSocketFactory(), CLIENT.trustManager())
                .build();
        return Evenkeel.wrapping(base)
                .balancers(orders)
                .transport("orders", link.transport)
                .build();
    }

    private static Response call(Link link, OkHttpClient client) throws IOException {
        return client.newCall(
                        new Request.Builder().url(link.scheme() + "://orders/").build())
                .execute();
    }

    private static void read(Response response) throws IOException {
        assertThat(response.body().string()).isEqualTo("ok");
    }

    /** Has the balancer tell of another backend, after all it had to tell before. */
    private static void awaitTold(LoadBalancer orders) throws InterruptedException {
        Endpoint last = Endpoint.of("http://127.0.0.1:1");
        CountDownLatch told = new CountDownLatch(1);
        Runnable registration = orders.onOutOfService(gone -> {
            if (gone.equals(last)) {
                told.countDown();
            }
        });
        orders.add(last);
        orders.remove(last);
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        registration.run();
    }

    private static void assertClosed(RawServer server, int connections) {
        long start = System.nanoTime();
        Eventually.holds("the connections are closed", () -> server.ended.get() == connections);
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
        told.info("closed after {} us", micros);
        assertThat(server.accepted).hasValue(connections);
    }

    @ParameterizedTest
    @MethodSource("links")
    void all_are_closed_when_the_last_call_of_a_removed_backend_has_ended(Link link) throws Exception {
        RawServer gone = server(link);
        RawServer stays = server(link);
        LoadBalancer orders = orders(link, gone);
        OkHttpClient client = client(link, orders);
        Response last = call(link, client);
        read(call(link, client)); // over HTTP/1.1, its connection is idle now
        orders.add(link.to(stays));
        orders.remove(link.to(gone));
        awaitTold(orders);
        assertThat(gone.accepted).hasValue(link.connections());
        assertThat(gone.ended).as("closed during the drain").hasValue(0);

        read(last);
        assertClosed(gone, link.connections());
        read(call(link, client));
        read(call(link, client));
        assertThat(stays.accepted).hasValue(1);
        assertThat(stays.ended).hasValue(0);
    }

    @ParameterizedTest
    @MethodSource("links")
    void those_that_are_idle_are_closed_at_the_end_of_the_drain(Link link) throws Exception {
        RawServer gone = server(link);
        LoadBalancer orders = orders(link, gone);
        OkHttpClient client = client(link, orders);
        List<Response> responses = List.of(call(link, client), call(link, client));
        for (Response response : responses) {
            read(response);
        }
        awaitTold(orders);
        assertThat(gone.ended).as("closed before the drain").hasValue(0);
        orders.remove(link.to(gone));
        assertClosed(gone, link.connections());
    }

    @ParameterizedTest
    @MethodSource("links")
    void one_in_use_at_the_deadline_of_a_drain_is_closed_after_its_call(Link link) throws Exception {
        RawServer gone = server(link);
        LoadBalancer orders = orders(link, gone);
        OkHttpClient client = client(link, orders);
        Response last = call(link, client);
        read(call(link, client));
        orders.drain(link.to(gone), Duration.ofSeconds(5), result -> {});
        time.advance(Duration.ofSeconds(4));
        awaitTold(orders);
        assertThat(gone.ended).as("closed during the drain").hasValue(0);

        time.advance(Duration.ofSeconds(1));
        awaitTold(orders);
        Eventually.holds("the idle one is closed", () -> gone.ended.get() == link.connections() - 1);
        read(last);
        assertClosed(gone, link.connections());
    }
}
