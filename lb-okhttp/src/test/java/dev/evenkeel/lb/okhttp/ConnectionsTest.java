package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.time.ManualTime;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the connections to a backend that goes out of service. */
@Timeout(60)
class ConnectionsTest {
    private static final Request GET =
            new Request.Builder().url("http://orders/").build();

    /** From the end of a drain to the close of the last idle connection. */
    private static final long SOON = TimeUnit.SECONDS.toNanos(1);

    private final List<AutoCloseable> open = new ArrayList<>();

    enum Wire {
        H1(Protocol.HTTP_1_1, 2),
        H2(Protocol.H2_PRIOR_KNOWLEDGE, 1);

        private final Protocol protocol;

        /** For two calls at the same time. */
        final int connections;

        Wire(Protocol protocol, int connections) {
            this.protocol = protocol;
            this.connections = connections;
        }

        List<Protocol> protocols() {
            return List.of(protocol);
        }

        OkHttpClient client() {
            return new OkHttpClient.Builder().protocols(protocols()).build();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private RawServer server(Wire wire) throws IOException {
        return Relay.running(wire.protocols(), null, open);
    }

    private static LoadBalancers orders(RawServer... servers) {
        List<String> urls = new ArrayList<>();
        for (RawServer server : servers) {
            urls.add(server.url());
        }
        return LoadBalancers.named("orders").backends(urls.toArray(String[]::new));
    }

    private <C extends AutoCloseable> C kept(C one) {
        open.add(0, one);
        return one;
    }

    private static List<Response> twoCallsOnEach(OkHttpClient client, int backends) throws IOException {
        List<Response> responses = new ArrayList<>();
        for (int i = 0; i < 2 * backends; i++) {
            responses.add(client.newCall(GET).execute());
        }
        return responses;
    }

    private static void read(List<Response> responses) throws IOException {
        for (Response response : responses) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
    }

    private static void assertClosedSoon(RawServer server, int connections) {
        long start = System.nanoTime();
        Eventually.holds("the connections are closed", () -> server.ended.get() == connections);
        assertThat(System.nanoTime() - start).isLessThan(SOON);
        assertThat(server.accepted).hasValue(connections);
    }

    @ParameterizedTest
    @EnumSource
    void those_of_a_removed_backend_are_closed_at_the_end_of_its_drain_and_the_others_stay(Wire wire) throws Exception {
        RawServer a = server(wire);
        RawServer b = server(wire);
        LoadBalancer orders = kept(orders(a, b).build());
        OkHttpClient client = Evenkeel.wrap(wire.client(), orders);
        List<Response> responses = twoCallsOnEach(client, 2);
        orders.remove(Endpoint.of(a.url()));
        assertThat(a.ended).hasValue(0);
        read(responses);
        assertClosedSoon(a, wire.connections);
        read(twoCallsOnEach(client, 1));
        assertThat(b.accepted).as("connections of the other backend").hasValue(wire.connections);
        assertThat(b.ended).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void those_of_a_drained_backend_are_closed_although_a_listener_blocks(Wire wire) throws Exception {
        RawServer a = server(wire);
        RawServer b = server(wire);
        CountDownLatch release = new CountDownLatch(1);
        LoadBalancer orders =
                kept(orders(a, b).listener(event -> await(release)).build());
        OkHttpClient client = Evenkeel.wrap(wire.client(), orders);
        read(twoCallsOnEach(client, 2));
        orders.drain(Endpoint.of(b.url()));
        assertClosedSoon(b, wire.connections);
        assertThat(a.ended).hasValue(0);
        release.countDown();
    }

    @ParameterizedTest
    @EnumSource
    void those_of_a_backend_that_goes_down_are_closed_and_those_in_use_when_they_are_released(Wire wire)
            throws Exception {
        RawServer a = server(wire);
        RawServer b = server(wire);
        ManualTime time = ManualTime.create();
        AtomicBoolean sick = new AtomicBoolean();
        LoadBalancer orders = kept(orders(a, b)
                .healthCheck(HealthCheck.of((endpoint, timeout) ->
                        sick.get() && endpoint.url().equals(a.url()) ? Verdict.fail("sick") : Verdict.pass()))
                .time(time)
                .build());
        OkHttpClient client = Evenkeel.wrap(wire.client(), orders);
        read(twoCallsOnEach(client, 2));
        time.advance(Duration.ofSeconds(20));
        List<Response> inUse = twoCallsOnEach(client, 1);
        sick.set(true);
        time.advance(Duration.ofSeconds(60));
        if (wire == Wire.H1) {
            Eventually.holds("the idle one is closed", () -> a.ended.get() == 1);
        }
        assertThat(a.accepted.get() - a.ended.get()).as("in use").isEqualTo(1);
        read(inUse);
        assertClosedSoon(a, wire.connections);
        assertThat(b.ended).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_goes_round_the_balancer_keeps_its_connection_while_it_uses_it(Wire wire) throws Exception {
        RawServer a = server(wire);
        FakeBalancer orders = FakeBalancer.orders(a.url());
        OkHttpClient client = Evenkeel.wrap(wire.client(), orders);
        read(List.of(client.newCall(GET).execute()));
        Response direct =
                client.newCall(new Request.Builder().url(a.url()).build()).execute();
        orders.goesOutOfService(a.url());
        assertThat(direct.body().string()).isEqualTo("ok");
        assertClosedSoon(a, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "H1, GET, true",
        "H1, POST, true",
        "H1, POST, false",
        "H2, GET, true",
        "H2, POST, true",
        "H2, POST, false"
    })
    void a_call_that_takes_one_in_the_moment_it_is_closed_gets_another_and_blames_nobody(
            Wire wire, String method, boolean retries) throws Exception {
        RawServer a = server(wire);
        FakeBalancer orders = FakeBalancer.orders(a.url());
        OkHttpClient base =
                wire.client().newBuilder().retryOnConnectionFailure(retries).build();
        OkHttpClient client = Evenkeel.wrap(closingAsItIsTaken(base, orders, a), orders);
        read(List.of(client.newCall(GET).execute()));
        RequestBody body = method.equals("GET") ? null : RequestBody.create("x", null);
        read(List.of(
                client.newCall(GET.newBuilder().method(method, body).build()).execute()));
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS);
        assertThat(a.accepted).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource
    void a_body_that_can_be_sent_once_is_sent_once_and_blames_nobody(Wire wire) throws Exception {
        RawServer a = server(wire);
        FakeBalancer orders = FakeBalancer.orders(a.url());
        OkHttpClient client = Evenkeel.wrap(closingAsItIsTaken(wire.client(), orders, a), orders);
        read(List.of(client.newCall(GET).execute()));
        AtomicInteger written = new AtomicInteger();
        Request once = GET.newBuilder().post(new OnceOnly(written)).build();
        try (Response response = client.newCall(once).execute()) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS);
        } catch (IOException e) {
            // OkHttp may ask for the body before its reader has seen that an HTTP/2 connection is closed.
            assertThat(wire).isEqualTo(Wire.H2);
            assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.IGNORED);
        }
        assertThat(written).hasValue(1);
    }

    private static final class OnceOnly extends RequestBody {
        private final AtomicInteger written;

        OnceOnly(AtomicInteger written) {
            this.written = written;
        }

        @Override
        public @Nullable MediaType contentType() {
            return null;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            written.incrementAndGet();
            sink.writeUtf8("x");
        }
    }

    /** The client's own listener hears of a connection that a call has taken before the balancer's does. */
    private static OkHttpClient closingAsItIsTaken(OkHttpClient client, FakeBalancer orders, RawServer a) {
        AtomicInteger taken = new AtomicInteger();
        return client.newBuilder()
                .eventListener(new EventListener() {
                    @Override
                    public void connectionAcquired(Call call, Connection connection) {
                        if (taken.incrementAndGet() == 2) {
                            orders.goesOutOfService(a.url());
                        }
                    }
                })
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void one_that_is_being_made_while_its_backend_goes_is_closed_after_its_call(Wire wire) throws Exception {
        RawServer a = server(wire);
        FakeBalancer orders = FakeBalancer.orders(a.url());
        OkHttpClient base = wire.client()
                .newBuilder()
                .eventListener(new EventListener() {
                    @Override
                    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
                        orders.goesOutOfService(a.url());
                    }
                })
                .build();
        read(List.of(Evenkeel.wrap(base, orders).newCall(GET).execute()));
        assertClosedSoon(a, 1);
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS);
    }

    @Test
    void the_users_own_pool_is_left_alone_because_others_may_use_it() throws Exception {
        RawServer a = server(Wire.H1);
        FakeBalancer orders = FakeBalancer.orders(a.url());
        OkHttpClient client = Evenkeel.wrapping(new OkHttpClient())
                .balancers(orders)
                .keepConnectionPool()
                .build();
        read(List.of(client.newCall(GET).execute()));
        orders.goesOutOfService(a.url());
        read(List.of(client.newCall(GET).execute()));
        assertThat(a.accepted).hasValue(1);
    }

    @Test
    void nothing_piles_up_while_backends_come_and_go() throws Exception {
        RawServer a = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        open.add(a);
        LoadBalancer orders =
                kept(LoadBalancers.named("orders").backends(a.url() + "/stays").build());
        OkHttpClient client = Evenkeel.wrap(new OkHttpClient(), orders);
        LoadBalancingInterceptor interceptor =
                (LoadBalancingInterceptor) client.interceptors().get(0);
        AtomicInteger gone = new AtomicInteger();
        orders.onOutOfService(endpoint -> gone.incrementAndGet());
        for (int i = 0; i < 10_000; i++) {
            Endpoint coming = Endpoint.of(a.url() + "/" + i);
            orders.replace(List.of(coming));
            if (i % 10 == 0) {
                read(List.of(client.newCall(GET).execute()));
            }
        }
        Eventually.holds("all have been told as gone", () -> gone.get() == 10_000);
        assertThat(interceptor.targets()).isLessThanOrEqualTo(1);
        assertThat(client.connectionPool().connectionCount()).isLessThanOrEqualTo(65);
        Garbage.collectedUntil("closed connections are forgotten", () -> interceptor.connections() <= 65);
        Eventually.holds("and closed", () -> a.accepted.get() - a.ended.get() <= 1);
    }

    @Test
    void a_wrapped_client_can_be_collected_while_its_balancer_lives() throws Exception {
        RawServer a = server(Wire.H1);
        LoadBalancer orders = kept(orders(a).build());
        List<WeakReference<OkHttpClient>> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(used(Evenkeel.wrap(new OkHttpClient(), orders)));
        }
        Garbage.collectedUntil("they are collected", () -> clients.stream().allMatch(client -> client.get() == null));
        orders.drain(Endpoint.of(a.url()));
    }

    @Test
    void registrations_of_collected_clients_end_when_another_client_is_wrapped() {
        FakeBalancer orders = FakeBalancer.orders("http://127.0.0.1:1");
        for (int i = 0; i < 20; i++) {
            Evenkeel.wrap(new OkHttpClient(), orders);
        }
        Eventually.holds("most are ended", () -> {
            System.gc();
            Evenkeel.wrap(new OkHttpClient(), orders);
            return orders.departuresFollowed() < 5;
        });
    }

    private static WeakReference<OkHttpClient> used(OkHttpClient client) throws IOException {
        read(List.of(client.newCall(GET).execute()));
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
        return new WeakReference<>(client);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
