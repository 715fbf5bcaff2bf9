package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
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
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory after many calls, and after many backends came and went. The short form runs always. The long form takes minutes:
 *
 * <pre>{@code
 * mvn test -pl lb-api,lb-core,lb-okhttp -Dtest=HeapTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Devenkeel.calls=1000000 -Devenkeel.cycles=10000 -Dorg.slf4j.simpleLogger.log.dev.evenkeel=warn
 * }</pre>
 */
@Timeout(1_800)
class HeapTest {
    /** What was measured is told also where it is good. */
    private static final Logger told = LoggerFactory.getLogger("measured");

    private static final int CALLS = Integer.getInteger("evenkeel.calls", 40_000);
    private static final int CYCLES = Integer.getInteger("evenkeel.cycles", 200);

    /** What one moment may differ by from another. In the short form a leak of 35 bytes per call or 7 KB per backend is more. */
    private static final long SOME_BYTES = 1L << 20;

    /** As many closed connections as the wrapped client's pool may keep for a while, and the one that is open. */
    private static final int MOST_CONNECTIONS = 65;

    /** A server of OkHttp's keeps every connection of HTTP/2 that it ever had, so it must not last. */
    private static final int CYCLES_PER_SERVER = 50;

    private static final java.util.logging.Logger OF_SERVERS =
            java.util.logging.Logger.getLogger(MockWebServer.class.getName());
    private static final RequestBody BODY = RequestBody.create("x", null);

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void quiet() {
        OF_SERVERS.setLevel(Level.WARNING); // it tells of each call
    }

    @AfterEach
    void stop() throws Exception {
        OF_SERVERS.setLevel(null);
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void calls_of_all_kinds_leave_nothing(Transport transport) throws Exception {
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3")
                .build();
        open.add(orders);
        OkHttpClient client = wrapped(new OkHttpClient(), transport, orders)
                .newBuilder()
                .addInterceptor(HeapTest::answer)
                .build();
        HedgedCalls hedged = HedgedCalls.of(client, HedgingPolicy.DEFAULT);
        long early = 0;
        for (int call = 0; call < CALLS; call++) {
            if (call == CALLS / 4) {
                early = usedBytes();
            }
            make(call, client, hedged);
        }
        assertFlat(early, CALLS - CALLS / 4);
        long attempts = 0;
        for (BackendSnapshot backend : orders.snapshot().backends()) {
            attempts += backend.traffic().attempts();
            assertThat(backend.traffic().inFlight()).isZero();
        }
        assertThat(attempts).isGreaterThanOrEqualTo(CALLS);
        client.dispatcher().executorService().shutdown();
    }

    /** Stands in for the network. */
    private static Response answer(Interceptor.Chain chain) throws IOException {
        Request request = chain.request();
        if (request.url().encodedPath().equals("/broken")) {
            throw new IOException("broken");
        }
        boolean bad = request.url().encodedPath().equals("/503");
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(bad ? 503 : 200)
                .message("any")
                .body(ResponseBody.create("ok", null))
                .build();
    }

    /** Makes one of ten kinds of calls. All have URLs of their own but those that are to fail. */
    private static void make(int number, OkHttpClient client, HedgedCalls hedged) throws Exception {
        Request.Builder request = new Request.Builder().url("http://orders/" + number);
        switch (number % 10) {
            case 0 -> read(client.newCall(request.url("http://orders/503").build()));
            case 1 ->
                assertThatThrownBy(() -> client.newCall(
                                        request.url("http://orders/broken").build())
                                .execute())
                        .hasMessage("broken");
            case 2 -> read(client.newCall(request.post(BODY).build()));
            case 3 ->
                read(client.newCall(request.tag(Deadline.class, Deadline.after(Duration.ofMinutes(5)))
                        .build()));
            case 4 ->
                client.newCall(request.tag(CallReport.class, CallReport.create())
                                .build())
                        .execute()
                        .close();
            case 5 -> read(hedged.newCall(request.build()));
            case 6 ->
                assertThat(Ending.of(hedged.newCall(request.build())).body()).isEqualTo("ok");
            case 7 ->
                assertThat(Ending.of(client.newCall(request.build())).body()).isEqualTo("ok");
            case 8 -> {
                Call canceled = client.newCall(request.build());
                canceled.cancel();
                assertThatThrownBy(canceled::execute).hasMessage("Canceled");
            }
            default ->
                read(client.newCall(
                        request.url("http://orders/?number=" + number).build()));
        }
    }

    private static void read(Call call) throws IOException {
        try (Response response = call.execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource({"REWRITE, H1", "REWRITE, H2", "PINNED, H1", "PINNED, H2"})
    void backends_that_come_and_go_with_calls_between_leave_nothing(Transport transport, Wire wire) throws Exception {
        MockWebServer server = server(wire);
        Endpoint present = backend(0, server);
        LoadBalancer orders =
                LoadBalancers.named("orders").backends(List.of(present)).build();
        open.add(orders);
        OkHttpClient client = wrapped(
                new OkHttpClient.Builder()
                        .protocols(wire.protocols(false))
                        .eventListener(new Prompt())
                        .build(),
                transport,
                orders);
        LoadBalancingInterceptor interceptor =
                (LoadBalancingInterceptor) client.interceptors().get(0);
        Request get = new Request.Builder().url("http://orders/").build();
        long early = 0;
        Response inFlight = client.newCall(get).execute();
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            MockWebServer before = server;
            if (cycle % CYCLES_PER_SERVER == 0) {
                server = server(wire);
            }
            Endpoint coming = backend(cycle, server);
            orders.add(coming);
            if (cycle % 2 == 0) {
                orders.remove(present);
                assertThat(inFlight.body().string()).isEqualTo("ok");
            } else {
                assertThat(inFlight.body().string()).isEqualTo("ok");
                orders.remove(present);
            }
            present = coming;
            inFlight = client.newCall(get).execute();
            read(client.newCall(get));
            if (before != server) {
                before.close();
            }
            while (server.takeRequest(0, TimeUnit.SECONDS) != null) {
                // it would keep them all
            }
            if (cycle == CYCLES / 4) {
                assertForgotten(interceptor);
                early = usedBytes();
            }
        }
        inFlight.close();
        assertForgotten(interceptor);
        assertFlat(early, CYCLES - CYCLES / 4);
        assertThat(client.connectionPool().connectionCount()).isLessThanOrEqualTo(MOST_CONNECTIONS);
        server.close();
    }

    /** Backends that differ in their names, all at one server. */
    private static Endpoint backend(int number, MockWebServer server) {
        return Endpoint.of("http://b" + number + ".test:" + server.getPort())
                .withAddress(InetAddress.getLoopbackAddress());
    }

    private static void assertForgotten(LoadBalancingInterceptor interceptor) throws IOException {
        Eventually.holds("nothing is kept for backends that left", () -> interceptor.targets() <= 1);
        Garbage.collectedUntil("closed connections are forgotten", () -> interceptor.connections() <= MOST_CONNECTIONS);
    }

    private static MockWebServer server(Wire wire) throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(wire.protocols(false));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder().body("ok").build();
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        return server;
    }

    /** Sends at once, instead of when what was sent before is acknowledged, which can take 40 ms. */
    private static final class Prompt extends EventListener {
        @Override
        public void connectionAcquired(Call call, Connection connection) {
            try {
                connection.socket().setTcpNoDelay(true);
            } catch (SocketException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static OkHttpClient wrapped(OkHttpClient client, Transport transport, LoadBalancer orders) {
        return Evenkeel.wrapping(client)
                .balancers(orders)
                .transport(orders.name(), transport)
                .build();
    }

    private static void assertFlat(long early, int between) {
        long late = usedBytes();
        told.info("grown by {} bytes to {} in {}", late - early, late, between);
        assertThat(late - early)
                .as("growth from %s to %s bytes in %s", early, late, between)
                .isLessThan(SOME_BYTES);
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
