package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts elsewhere among backends of one name, which OkHttp would keep on the connection of the first. */
@Timeout(60)
class AddressRetryTest {
    private static final Request GET = BalancedCalls.GET;
    private static final Request SLOW =
            GET.newBuilder().url("http://orders/slow").build();
    private static final MockResponse OK = new MockResponse.Builder().body("ok").build();

    private final List<AutoCloseable> open = new ArrayList<>();
    private FakeBalancer orders = FakeBalancer.orders();

    @AfterEach
    void stop() throws Exception {
        Eventually.holds("nothing is in flight", () -> orders.inFlight() == 0);
        assertThat(orders.outcomes()).hasSize(orders.acquired());
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    interface Answers {
        MockResponse to(RecordedRequest request) throws InterruptedException;
    }

    private MockWebServer server(int address, int port, Protocol protocol, Answers answers) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(protocol));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return answers.to(request);
            }
        });
        server.start(InetAddress.getByName("127.0.0." + address), port);
        open.add(server);
        return server;
    }

    /** Starts a server that fails at one address, and one that does not at another, on one port. */
    private int failingAndNot(Protocol protocol) throws IOException {
        return OnePort.of(
                        () -> server(2, 0, protocol, AddressRetryTest::failing),
                        MockWebServer::getPort,
                        port -> server(3, port, protocol, request -> OK))
                .getPort();
    }

    private OkHttpClient client(Protocol protocol, int port, int first, int second) throws IOException {
        return client(protocol, port, first, second, true);
    }

    private OkHttpClient client(Protocol protocol, int port, int first, int second, boolean retries)
            throws IOException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int address : List.of(first, second)) {
            endpoints.add(
                    Endpoint.of("http://orders.test:" + port).withAddress(InetAddress.getByName("127.0.0." + address)));
        }
        orders = FakeBalancer.orders(endpoints);
        return Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(protocol))
                        .retryOnConnectionFailure(retries)
                        .build(),
                orders);
    }

    private static MockResponse failing(RecordedRequest request) {
        return request.getTarget().equals("/slow")
                ? OK
                : new MockResponse.Builder().code(503).body("bad").build();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
    void a_get_that_fails_is_answered_at_the_other_address(Protocol protocol) throws IOException {
        OkHttpClient client = client(protocol, failingAndNot(protocol), 2, 3);
        for (int i = 0; i < 2; i++) {
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.body().string()).isEqualTo("ok");
            }
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS, Kind.FAILURE, Kind.SUCCESS);
    }

    @Test
    void by_an_interceptor_that_was_added_by_hand_a_connection_that_others_use_is_not_left() throws IOException {
        Protocol protocol = Protocol.H2_PRIOR_KNOWLEDGE;
        client(protocol, failingAndNot(protocol), 2, 3);
        OkHttpClient client = new OkHttpClient.Builder()
                .protocols(List.of(protocol))
                .addInterceptor(LoadBalancingInterceptor.of(orders).retries(RetryPolicy.DEFAULT))
                .build();
        Response other = client.newCall(SLOW).execute();
        try (Response response = client.newCall(SLOW).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.code()).isEqualTo(503);
            assertThat(response.body().string()).isEqualTo("bad");
        }
        assertThat(other.body().string()).isEqualTo("ok");
        assertThat(orders.kinds()).contains(Kind.FAILURE);
    }

    private RawServer relay(int port) throws IOException {
        RawServer relay = Relay.to(port);
        open.add(relay);
        return relay;
    }

    @Test
    void by_an_interceptor_that_was_added_by_hand_a_connection_of_one_call_is_left() throws IOException {
        client(Protocol.HTTP_1_1, failingAndNot(Protocol.HTTP_1_1), 2, 3);
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(LoadBalancingInterceptor.of(orders).retries(RetryPolicy.DEFAULT))
                .build();
        try (Response response = client.newCall(GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
    }

    /** Two attempts by an interceptor that was added by hand, and what another one does between them. */
    private String readAtTheOther(OkHttpClient.Builder options, Interceptor proceedingTwice) throws IOException {
        OkHttpClient client = options.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                .addInterceptor(proceedingTwice)
                .addInterceptor(LoadBalancingInterceptor.of(orders))
                .build();
        try (Response response = client.newCall(GET).execute()) {
            return response.body().string();
        }
    }

    @Test
    void by_an_interceptor_that_was_added_by_hand_a_connection_that_is_closed_is_left() throws IOException {
        Protocol protocol = Protocol.H2_PRIOR_KNOWLEDGE;
        client(protocol, failingAndNot(protocol), 2, 3);
        List<Connection> taken = new CopyOnWriteArrayList<>();
        OkHttpClient.Builder options = new OkHttpClient.Builder().eventListener(new EventListener() {
            @Override
            public void connectionAcquired(Call call, Connection connection) {
                taken.add(connection);
            }
        });
        assertThat(readAtTheOther(options, chain -> {
                    chain.proceed(chain.request()).close();
                    taken.get(0).socket().close();
                    return chain.proceed(chain.request());
                }))
                .isEqualTo("ok");
    }

    @Test
    void by_an_interceptor_that_was_added_by_hand_a_connection_that_was_left_for_another_host_is_in_nobodys_way()
            throws IOException {
        Protocol protocol = Protocol.H2_PRIOR_KNOWLEDGE;
        MockResponse away = new MockResponse.Builder()
                .code(302)
                .setHeader("Location", "http://nowhere.test/")
                .build();
        int port = OnePort.of(
                        () -> server(2, 0, protocol, request -> away),
                        MockWebServer::getPort,
                        same -> server(3, same, protocol, request -> OK))
                .getPort();
        client(protocol, port, 2, 3);
        OkHttpClient.Builder options = new OkHttpClient.Builder().dns(host -> {
            throw new UnknownHostException(host);
        });
        assertThat(readAtTheOther(options, chain -> {
                    try (Response response = chain.proceed(chain.request())) {
                        throw new AssertionError("got " + response);
                    } catch (UnknownHostException e) {
                        assertThat(e).hasMessage("nowhere.test");
                    }
                    return chain.proceed(chain.request());
                }))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
    void a_connection_is_kept_where_a_call_goes_to_the_same_backend_again_or_to_another_port(Protocol protocol)
            throws Exception {
        MockWebServer bad = server(2, 0, protocol, AddressRetryTest::failing);
        MockWebServer good = server(2, 0, protocol, request -> OK);
        orders = FakeBalancer.orders(List.of(
                Endpoint.of("http://orders.test:" + bad.getPort()).withAddress(InetAddress.getByName("127.0.0.2")),
                Endpoint.of("http://orders.test:" + good.getPort()).withAddress(InetAddress.getByName("127.0.0.2")),
                Endpoint.of("http://orders.test:" + good.getPort()).withAddress(InetAddress.getByName("127.0.0.2"))));
        OkHttpClient client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(protocol))
                        .addInterceptor(chain -> {
                            chain.proceed(chain.request()).close();
                            return chain.proceed(chain.request());
                        })
                        .build(),
                orders);
        for (int i = 0; i < 2; i++) {
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.body().string()).isEqualTo("ok");
            }
        }
        for (MockWebServer server : List.of(bad, good)) {
            assertThat(server.getRequestCount()).isEqualTo(server == bad ? 2 : 4);
            for (int i = server.getRequestCount(); i > 0; i--) {
                assertThat(server.takeRequest().getConnectionIndex()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void calls_whose_common_connection_breaks_are_all_answered_at_the_other_address(boolean retries) throws Exception {
        Protocol protocol = Protocol.H2_PRIOR_KNOWLEDGE;
        int calls = 8;
        CountDownLatch all = new CountDownLatch(calls);
        CountDownLatch over = new CountDownLatch(1);
        open.add(over::countDown);
        MockWebServer stalls = server(1, 0, protocol, request -> {
            if (request.getTarget().equals("/slow")) {
                all.countDown();
                over.await();
            }
            return OK;
        });
        RawServer relay = OnePort.of(
                () -> relay(stalls.getPort()), RawServer::port, port -> server(2, port, protocol, request -> OK));
        OkHttpClient client = client(protocol, relay.port(), 1, 2, retries);
        for (int i = 0; i < 2; i++) {
            try (Response response = client.newCall(GET).execute()) {
                assertThat(response.body().string()).isEqualTo("ok");
            }
        }
        List<Ending> endings = new ArrayList<>();
        for (int i = 0; i < 2 * calls; i++) {
            endings.add(Ending.of(client.newCall(SLOW)));
        }
        all.await();
        relay.kill();
        for (Ending ending : endings) {
            IOException failure = ending.failure();
            if (failure == null) {
                assertThat(ending.body()).isEqualTo("ok");
            } else {
                assertThat(retries)
                        .as("OkHttp lets go of what broke when it tries by itself")
                        .isFalse();
                assertThat(failure).hasMessageNotContaining("cannot proceed again");
            }
        }
        assertThat(relay.accepted).hasValue(1);
        client.dispatcher().executorService().shutdown();
    }
}
