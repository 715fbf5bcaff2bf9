package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cancel ends a call whatever it waits for, and starts nothing more. The client has no timeout, and the server that is waited
 * for does nothing, so nothing but the cancel can end it.
 */
@Timeout(60)
class CancelTest {
    /** What was measured is told, not judged. */
    private static final Logger told = LoggerFactory.getLogger("measured");

    private static final Request GET = BalancedCalls.GET;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final AtomicInteger connects = new AtomicInteger();
    private FakeBalancer orders = FakeBalancer.orders();
    private OkHttpClient client = new OkHttpClient();

    /** What the call waits for when it is cancelled. */
    enum Phase {
        CONNECT,
        UPLOAD,
        HEADERS,
        BODY
    }

    /**
     * When a call is cancelled.
     *
     * @param attempt which of its attempts waits; those before it were answered with 503
     */
    record Moment(Phase phase, int attempt, Transport transport, Wire wire, How how) {}

    static List<Moment> moments() {
        List<Moment> moments = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                for (Transport transport : Transport.values()) {
                    for (Wire wire : Wire.values()) {
                        for (How how : How.values()) {
                            moments.add(new Moment(phase, attempt, transport, wire, how));
                        }
                    }
                }
            }
        }
        return moments;
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        Eventually.holds("nothing is in flight", () -> orders.inFlight() == 0);
        assertThat(orders.outcomes()).hasSize(orders.acquired());
        assertThat(How.SURPRISES).isEmpty();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    /** Answers with 503 before the attempt that waits, and well after it. */
    private MockWebServer server(Wire wire, Answers answers) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(wire.protocols(false));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return answers.to();
            }

            @Override
            public MockResponse peek() {
                return new MockResponse.Builder().build();
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        open.add(server);
        return server;
    }

    /** Takes the headers of a request, and nothing after them. */
    private MockWebServer deaf(Wire wire) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(wire.protocols(false));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                return hang(Phase.UPLOAD);
            }

            @Override
            public MockResponse peek() {
                return new MockResponse.Builder().doNotReadRequestBody().build();
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        open.add(server);
        return server;
    }

    /** Returns a request that can be repeated. In the attempt that waits its body has no end. */
    private static Request upload(int attempt) {
        AtomicInteger written = new AtomicInteger();
        return GET.newBuilder()
                .put(new RequestBody() {
                    @Override
                    public @Nullable MediaType contentType() {
                        return null;
                    }

                    @Override
                    public void writeTo(BufferedSink sink) throws IOException {
                        boolean ends = written.incrementAndGet() < attempt;
                        do {
                            sink.write(new byte[1 << 16]);
                        } while (!ends); // or until the sink throws
                    }
                })
                .build();
    }

    private interface Answers {
        MockResponse to() throws InterruptedException;
    }

    private MockResponse hang(Phase phase) throws InterruptedException {
        arrived.countDown();
        if (phase != Phase.BODY) {
            over.await();
        }
        return new MockResponse.Builder()
                .body("x".repeat(1 << 16))
                .throttleBody(1 << 10, 1, TimeUnit.MINUTES)
                .build();
    }

    private static String url(MockWebServer server) {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** Returns the servers in the order in which they are asked, the last of which must not be. */
    private List<MockWebServer> set(Moment moment) throws IOException {
        List<MockWebServer> answering = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        for (int before = 1; before < moment.attempt; before++) {
            answering.add(server(
                    moment.wire,
                    () -> new MockResponse.Builder().code(503).body("bad").build()));
            urls.add(url(answering.get(0)));
        }
        if (moment.phase == Phase.CONNECT) {
            MatrixServer full = RawFaults.fullBacklog();
            open.add(full);
            urls.add(full.url());
        } else {
            urls.add(url(
                    moment.phase == Phase.UPLOAD ? deaf(moment.wire) : server(moment.wire, () -> hang(moment.phase))));
        }
        answering.add(
                server(moment.wire, () -> new MockResponse.Builder().body("ok").build()));
        urls.add(url(answering.get(answering.size() - 1)));
        orders = FakeBalancer.orders(urls.toArray(String[]::new));
        client = Evenkeel.wrapping(patient(moment.wire))
                .balancers(orders)
                .transport("orders", moment.transport)
                .retries(RetryPolicy.DEFAULT.withExtraAttempts(5))
                .build();
        return answering;
    }

    private OkHttpClient patient(Wire wire) {
        return new OkHttpClient.Builder()
                .protocols(wire.protocols(false))
                .connectTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .eventListener(new EventListener() {
                    @Override
                    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
                        connects.incrementAndGet();
                    }
                })
                .build();
    }

    @ParameterizedTest
    @MethodSource("moments")
    void a_cancel_ends_the_call_and_starts_nothing_more(Moment moment) throws Exception {
        List<MockWebServer> answering = set(moment);
        Call call = client.newCall(moment.phase == Phase.UPLOAD ? upload(moment.attempt) : GET);
        CompletableFuture<?> end = moment.how.begin(call);
        if (moment.phase == Phase.CONNECT) {
            Eventually.holds("it connects", () -> connects.get() == moment.attempt);
        } else {
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        }
        if (moment.phase == Phase.BODY) {
            end = reading((Response) Objects.requireNonNull(end.get(20, TimeUnit.SECONDS)));
        }
        assertThat(end).isNotDone();

        long start = System.nanoTime();
        call.cancel();
        IOException failure = failure(end);
        told.info("{} ended after {} us", moment, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));

        assertThat(failure).isNotNull();
        Eventually.holds("it is over", () -> client.dispatcher().runningCallsCount() == 0 && orders.inFlight() == 0);
        assertThat(orders.acquired()).isEqualTo(moment.attempt);
        assertThat(orders.kinds())
                .isEqualTo(moment.attempt == 1 ? List.of(Kind.IGNORED) : List.of(Kind.FAILURE, Kind.IGNORED));
        assertThat(connects).hasValue(moment.attempt);
        assertThat(answering.get(answering.size() - 1).getRequestCount()).isZero();
    }

    /** Reads what does not come to its end, on a thread of its own. */
    private static CompletableFuture<String> reading(Response response) throws IOException {
        response.body().source().require(1);
        CompletableFuture<String> end = new CompletableFuture<>();
        RawServer.daemon("reader", () -> {
            try (response) {
                end.complete(response.body().string());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    private static IOException failure(CompletableFuture<?> end) throws Exception {
        try {
            throw new AssertionError("it succeeded with " + end.get(20, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return (IOException) Objects.requireNonNull(e.getCause());
        }
    }

    static List<Moment> picks() {
        return moments().stream()
                .filter(moment -> moment.phase == Phase.HEADERS)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("picks")
    void a_cancel_in_the_moment_of_a_pick_sends_nothing_there(Moment moment) throws Exception {
        set(moment);
        Call call = client.newCall(GET);
        orders.whenPicked(moment.attempt, call::cancel);
        assertThat(failure(moment.how.begin(call))).hasMessage("Canceled");
        assertThat(orders.acquired()).isEqualTo(moment.attempt);
        assertThat(connects).hasValue(moment.attempt - 1);
        assertThatThrownBy(call::execute).isInstanceOf(IllegalStateException.class);
    }
}
