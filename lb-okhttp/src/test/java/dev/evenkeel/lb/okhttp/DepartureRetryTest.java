package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Backends leave while calls are tried elsewhere. The first of two is the one that is asked first. */
@Timeout(60)
class DepartureRetryTest {
    private static final Request GET = BalancedCalls.GET;
    private static final Request POST = BalancedCalls.POST;
    private static final MockResponse OK = new MockResponse.Builder().body("ok").build();
    private static final MockResponse BAD = new MockResponse.Builder().code(503).build();

    /** The request is read, and then the connection breaks. */
    private static final MockResponse BREAKS = new MockResponse.Builder()
            .onResponseStart(new SocketEffect.CloseSocket())
            .build();

    private final MockWebServer first = new MockWebServer();
    private final MockWebServer second = new MockWebServer();

    /** The requests that the servers got, in order, such as {@code POST first}. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    /** Of the exchanges, in order. */
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private FakeBalancer orders = FakeBalancer.orders();

    /** What the first backend answers to the method of {@link #failing}; all else is answered well. */
    private MockResponse failure = OK;

    private String failing = "";

    @AfterEach
    void stop() {
        Eventually.holds("nothing is in flight", () -> orders.inFlight() == 0);
        assertThat(orders.outcomes()).hasSize(orders.acquired());
        first.close();
        second.close();
    }

    private OkHttpClient client(Protocol protocol, UnaryOperator<OkHttpClient.Builder> options) throws IOException {
        start(first, "first", protocol);
        start(second, "second", protocol);
        orders = FakeBalancer.orders(url(first), url(second));
        OkHttpClient.Builder base = new OkHttpClient.Builder()
                .protocols(List.of(protocol))
                .addNetworkInterceptor(chain -> {
                    sockets.add(chain.connection().socket());
                    return chain.proceed(chain.request());
                });
        return Evenkeel.wrap(options.apply(base).build(), orders);
    }

    private void start(MockWebServer server, String name, Protocol protocol) throws IOException {
        server.setProtocols(List.of(protocol));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                seen.add(request.getMethod() + " " + name);
                return name.equals("first") && request.getMethod().equals(failing) ? failure : OK;
            }

            /** Where the server looks what to do before it answers. */
            @Override
            public MockResponse peek() {
                return name.equals("first") ? failure : OK;
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
    }

    private void fails(String method, MockResponse how) {
        failing = method;
        failure = how;
    }

    private static String url(MockWebServer server) {
        return "http://127.0.0.1:" + server.getPort();
    }

    private static String read(Call call) throws IOException {
        try (Response response = call.execute()) {
            return response.body().string();
        }
    }

    /** The client's own listener hears of a connection that a call has taken before the balancer's does. */
    private static UnaryOperator<OkHttpClient.Builder> whenTaken(int nth, Runnable action) {
        AtomicInteger taken = new AtomicInteger();
        return options -> options.eventListener(new EventListener() {
            @Override
            public void connectionAcquired(Call call, Connection connection) {
                if (taken.incrementAndGet() == nth) {
                    action.run();
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
    void the_connection_of_a_backend_that_leaves_between_two_attempts_is_closed(Protocol protocol) throws IOException {
        fails("GET", BAD);
        List<Boolean> closedAtSecond = new ArrayList<>();
        OkHttpClient client = client(
                protocol, whenTaken(2, () -> closedAtSecond.add(sockets.get(0).isClosed())));
        orders.whenPicked(2, () -> orders.goesOutOfService(url(first)));
        assertThat(read(client.newCall(GET))).isEqualTo("ok");
        assertThat(closedAtSecond).containsExactly(true);
        assertThat(sockets.get(1).isClosed()).isFalse();
        assertThat(seen).containsExactly("GET first", "GET second");
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, 1", "HTTP_1_1, 2", "H2_PRIOR_KNOWLEDGE, 1", "H2_PRIOR_KNOWLEDGE, 2"})
    void a_backend_that_leaves_as_soon_as_it_is_picked_keeps_no_connection(Protocol protocol, int attempt)
            throws IOException {
        fails("GET", BAD);
        OkHttpClient client = client(protocol, options -> options);
        orders.whenPicked(attempt, () -> orders.goesOutOfService(url(attempt == 1 ? first : second)));
        assertThat(read(client.newCall(GET))).isEqualTo("ok");
        assertThat(seen).containsExactly("GET first", "GET second");
        assertThat(sockets.get(attempt - 1).isClosed()).isTrue();
        assertThat(sockets.get(2 - attempt).isClosed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "H2_PRIOR_KNOWLEDGE, true", "H2_PRIOR_KNOWLEDGE, false"})
    void a_post_that_took_a_connection_we_closed_goes_elsewhere_if_its_backend_is_gone(
            Protocol protocol, boolean retries) throws IOException {
        OkHttpClient client = client(
                protocol,
                options -> whenTaken(3, () -> {
                            orders.goesOutOfService(url(first));
                            first.close();
                        })
                        .apply(options.retryOnConnectionFailure(retries)));
        read(client.newCall(GET));
        read(client.newCall(GET));
        assertThat(read(client.newCall(POST))).isEqualTo("ok");
        assertThat(seen).containsExactly("GET first", "GET second", "POST second");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS, Kind.UNREACHABLE, Kind.SUCCESS);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "H2_PRIOR_KNOWLEDGE, true", "H2_PRIOR_KNOWLEDGE, false"})
    void a_post_that_took_a_connection_we_closed_and_then_was_sent_goes_nowhere_else(Protocol protocol, boolean retries)
            throws IOException {
        OkHttpClient client = client(
                protocol,
                options -> whenTaken(3, () -> orders.goesOutOfService(url(first)))
                        .apply(options.retryOnConnectionFailure(retries)));
        read(client.newCall(GET));
        read(client.newCall(GET));
        fails("POST", BREAKS);
        assertThatThrownBy(() -> read(client.newCall(POST)))
                .isInstanceOf(IOException.class)
                .satisfies(failed -> assertThat(failed.getSuppressed()[0])
                        .hasMessageEndingWith("this, and it may have arrived and must not be repeated"));
        assertThat(seen).containsExactly("GET first", "GET second", "POST first");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS, Kind.FAILURE);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "H2_PRIOR_KNOWLEDGE, true", "H2_PRIOR_KNOWLEDGE, false"})
    void a_body_that_can_be_written_once_is_asked_for_once(Protocol protocol, boolean retries) throws IOException {
        AtomicBoolean leaves = new AtomicBoolean();
        EventListener listener = new EventListener() {
            @Override
            public void connectionAcquired(Call call, Connection connection) {
                if (leaves.compareAndSet(true, false)) {
                    orders.goesOutOfService(url(first));
                }
            }
        };
        OkHttpClient client =
                client(protocol, options -> options.eventListener(listener).retryOnConnectionFailure(retries));
        // Over HTTP/2 it is a matter of luck whether the body is asked for before the close is seen.
        for (int round = 0; round < 30; round++) {
            while (orders.acquired() % 2 != 0) {
                read(client.newCall(GET));
            }
            read(client.newCall(GET));
            read(client.newCall(GET));
            seen.clear();
            leaves.set(true);
            AtomicInteger written = new AtomicInteger();
            try {
                Call post = client.newCall(GET.newBuilder().post(once(written)).build());
                assertThat(read(post)).isEqualTo("ok");
                assertThat(seen).hasSize(1);
            } catch (IOException e) {
                assertThat(seen).as("sent in round %s before %s", round, e).isEmpty();
            }
            assertThat(written).as("round %s", round).hasValueLessThanOrEqualTo(1);
        }
    }

    /** Has nothing left to write the second time, and does not say so. */
    private static RequestBody once(AtomicInteger written) {
        return new RequestBody() {
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
                if (written.incrementAndGet() == 1) {
                    sink.writeUtf8("hello world");
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
    void a_get_whose_attempt_says_that_it_is_not_repeatable_is_sent_once(Protocol protocol) throws IOException {
        fails("GET", BREAKS);
        OkHttpClient client = client(protocol, options -> options);
        Request once = GET.newBuilder()
                .tag(Attempt.class, Attempt.PLAIN.repeatable(false))
                .build();
        assertThatThrownBy(() -> read(client.newCall(once))).isInstanceOf(IOException.class);
        assertThat(seen).containsExactly("GET first");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "H2_PRIOR_KNOWLEDGE"})
    void a_get_whose_attempt_says_that_it_is_not_repeatable_goes_elsewhere_if_it_never_left(Protocol protocol)
            throws IOException {
        OkHttpClient client = client(protocol, options -> options);
        first.close();
        Request once = GET.newBuilder()
                .tag(Attempt.class, Attempt.PLAIN.repeatable(false))
                .build();
        assertThat(read(client.newCall(once))).isEqualTo("ok");
        assertThat(seen).containsExactly("GET second");
    }
}
