package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.SocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call takes a connection in the moment in which we close it: it is sent on another one, and once. */
@Timeout(60)
class TakenAndClosedTest {
    private static final Request GET =
            new Request.Builder().url("http://orders/").build();
    private static final Request POST =
            GET.newBuilder().post(RequestBody.create("x", null)).build();
    private static final MockResponse OK = new MockResponse.Builder().body("ok").build();

    private final MockWebServer server = new MockWebServer();

    /** The requests that the server got, in order. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        server.close();
    }

    private FakeBalancer serving(Protocol protocol, Function<RecordedRequest, MockResponse> answers)
            throws IOException {
        server.setProtocols(List.of(protocol));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                seen.add(request.getMethod());
                return answers.apply(request);
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        return FakeBalancer.orders(url());
    }

    private String url() {
        return "http://127.0.0.1:" + server.getPort();
    }

    private static String read(Call call) throws IOException {
        try (Response response = call.execute()) {
            return response.body().string();
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "H2_PRIOR_KNOWLEDGE, true", "H2_PRIOR_KNOWLEDGE, false"})
    void a_post_is_sent_once_although_the_close_is_slow(Protocol protocol, boolean retries) throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean slow = new AtomicBoolean();
        Thread caller = Thread.currentThread();
        SocketFactory sockets = closingAfter(() -> {
            if (slow.compareAndSet(true, false)) {
                closing.countDown();
                Eventually.holds(
                        "the call has been sent, or waits for the close",
                        () -> seen.contains("POST") || caller.getState() == Thread.State.BLOCKED);
            }
        });
        FakeBalancer orders = serving(protocol, request -> OK);
        OkHttpClient client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(protocol))
                        .socketFactory(sockets)
                        .retryOnConnectionFailure(retries)
                        .build(),
                orders);
        read(client.newCall(GET));
        slow.set(true);
        Thread closer = RawServer.daemon("closer", () -> orders.goesOutOfService(url()));
        closing.await();
        assertThat(read(client.newCall(POST))).isEqualTo("ok");
        closer.join();
        assertThat(seen).containsExactly("GET", "POST");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS);
    }

    @Test
    void a_post_is_not_sent_again_because_the_request_after_it_got_a_closed_connection() throws Exception {
        MockResponse see = new MockResponse.Builder()
                .code(303)
                .addHeader("Location", "/done")
                .addHeader("Connection", "close")
                .build();
        FakeBalancer orders =
                serving(Protocol.HTTP_1_1, request -> request.getMethod().equals("POST") ? see : OK);
        OkHttpClient client = Evenkeel.wrap(closingWhenTaken(4, orders), orders);
        // Two connections, of which the POST takes one and its follow-up the other.
        Response one = client.newCall(GET).execute();
        assertThat(read(client.newCall(GET))).isEqualTo("ok");
        assertThat(one.body().string()).isEqualTo("ok");
        assertThatThrownBy(() -> read(client.newCall(POST))).isInstanceOf(IOException.class);
        assertThat(seen).containsExactly("GET", "GET", "POST");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS, Kind.IGNORED);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "H2_PRIOR_KNOWLEDGE, true", "H2_PRIOR_KNOWLEDGE, false"})
    void a_call_that_goes_round_the_balancer_gets_another_one_too(Protocol protocol, boolean retries) throws Exception {
        FakeBalancer orders = serving(protocol, request -> OK);
        OkHttpClient base = closingWhenTaken(2, orders)
                .newBuilder()
                .protocols(List.of(protocol))
                .retryOnConnectionFailure(retries)
                .build();
        OkHttpClient client = Evenkeel.wrap(base, orders);
        read(client.newCall(GET));
        Request direct = POST.newBuilder().url(url()).build();
        assertThat(read(client.newCall(direct))).isEqualTo("ok");
        assertThat(seen).containsExactly("GET", "POST");
    }

    /** The client's own listener hears of a connection that a call has taken before the balancer's does. */
    private OkHttpClient closingWhenTaken(int nth, FakeBalancer orders) {
        AtomicInteger taken = new AtomicInteger();
        return new OkHttpClient.Builder()
                .eventListener(new EventListener() {
                    @Override
                    public void connectionAcquired(Call call, Connection connection) {
                        if (taken.incrementAndGet() == nth) {
                            orders.goesOutOfService(url());
                        }
                    }
                })
                .build();
    }

    /** Makes sockets whose close begins with something else. */
    private static SocketFactory closingAfter(Runnable beforeClose) {
        return TestSockets.of(() -> new Socket() {
            @Override
            @SuppressWarnings("UnsynchronizedOverridesSynchronized") // calls in between are what is tested
            public void close() throws IOException {
                beforeClose.run();
                super.close();
            }
        });
    }
}
