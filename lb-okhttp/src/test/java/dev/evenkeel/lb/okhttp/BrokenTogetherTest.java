package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.core.LoadBalancers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that end with one exception of OkHttp's, or of a user's, and must not tell of each other's attempts. */
@Timeout(60)
class BrokenTogetherTest {
    private final ExecutorService callers = Executors.newFixedThreadPool(2);
    private final CountDownLatch bothAreThere = new CountDownLatch(2);
    private final CountDownLatch over = new CountDownLatch(1);
    private final MockWebServer server = new MockWebServer();

    /** In front of the server. An end in good order would be told to each call by an exception of its own. */
    private RawServer reset;

    @BeforeEach
    void start() throws IOException {
        server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                if (!request.getTarget().equals("/first")) {
                    bothAreThere.countDown();
                    over.await();
                }
                return new MockResponse.Builder().build();
            }
        });
        server.start();
        reset = RawServer.running(connection -> {
            try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
                RawServer.daemon("answers", () -> relay(behind, connection.socket()));
                connection.in().transferTo(behind.getOutputStream());
            }
        });
    }

    private static void relay(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            assertThat(to.isClosed() || from.isClosed()).isTrue(); // by the reset, or by the end of the test
        }
    }

    @AfterEach
    void stop() throws IOException {
        over.countDown();
        callers.shutdownNow();
        server.close();
        reset.close();
    }

    /** Has made the connection that its calls will share. */
    private static OkHttpClient client(LoadBalancer balancer) throws IOException {
        OkHttpClient client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                        .retryOnConnectionFailure(false)
                        .build(),
                balancer);
        Request first =
                BalancedCalls.GET.newBuilder().url("http://orders/first").build();
        try (Response response = client.newCall(first).execute()) {
            assertThat(response.isSuccessful()).isTrue();
        }
        return client;
    }

    private void breakWhenBothAreThere() throws Exception {
        assertThat(bothAreThere.await(20, TimeUnit.SECONDS)).isTrue();
        reset.kill();
    }

    private static IOException failure(OkHttpClient client, Request request) {
        try (Response response = client.newCall(request).execute()) {
            throw new AssertionError("answered with " + response);
        } catch (IOException e) {
            return e;
        }
    }

    /** Returns what OkHttp threw. */
    private static Throwable theirs(Throwable own) {
        return Objects.requireNonNull(own.getCause(), "without one nothing is shared here");
    }

    private static List<AttemptFailedException> told(Throwable failure) {
        return Arrays.stream(failure.getSuppressed())
                .filter(AttemptFailedException.class::isInstance)
                .map(AttemptFailedException.class::cast)
                .toList();
    }

    @Test
    void calls_of_a_connection_that_breaks_tell_of_their_own_attempt_and_are_of_the_class_that_broke_it()
            throws Exception {
        FakeBalancer balancer = FakeBalancer.orders(reset.url());
        OkHttpClient client = client(balancer);
        Future<IOException> one = callers.submit(() -> failure(client, BalancedCalls.GET));
        Future<IOException> two = callers.submit(() -> failure(client, BalancedCalls.GET));
        breakWhenBothAreThere();
        Throwable shared = theirs(one.get());
        assertThat(theirs(two.get())).isSameAs(shared);
        assertThat(told(shared)).isEmpty();
        for (IOException each : List.of(one.get(), two.get())) {
            assertThat(each).hasSameClassAs(shared).hasMessage(shared.getMessage());
            assertThat(told(each)).hasSize(1);
        }
        assertThat(one.get()).isNotSameAs(two.get());
    }

    @Test
    void what_a_call_met_before_it_went_elsewhere_does_not_tell_of_one_that_stayed() throws Exception {
        RawServer absent = RawServer.answering("");
        absent.close();
        try (LoadBalancer balancer = LoadBalancers.named("orders")
                .backends(reset.url(), absent.url())
                .policy(new FirstInOrder())
                .build()) {
            OkHttpClient client = client(balancer);
            Future<IOException> goes = callers.submit(() -> failure(client, BalancedCalls.GET));
            Future<IOException> stays = callers.submit(() -> failure(client, BalancedCalls.POST));
            breakWhenBothAreThere();
            Throwable shared = theirs(stays.get());
            assertThat(told(stays.get())).hasSize(1);
            assertThat(told(goes.get()))
                    .hasSize(2)
                    .first()
                    .satisfies(first -> assertThat(theirs(first)).isSameAs(shared));
            assertThat(told(shared)).isEmpty();
        }
    }

    @Test
    void an_exception_that_is_thrown_again_and_again_is_not_touched() throws IOException {
        UnknownHostException known = new UnknownHostException("kept by a resolver");
        FakeBalancer balancer = FakeBalancer.orders("http://nowhere.test");
        OkHttpClient client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .dns(host -> {
                            throw known;
                        })
                        .build(),
                balancer);
        for (int call = 0; call < 5; call++) {
            IOException failure = failure(client, BalancedCalls.GET);
            assertThat(failure).isInstanceOf(UnknownHostException.class).hasMessage("kept by a resolver");
            assertThat(told(failure)).hasSize(1);
        }
        assertThat(known.getSuppressed()).isEmpty();
    }

    @Test
    void one_of_a_class_that_nobody_knows_is_thrown_as_it_is() {
        SocketException mine = new SocketException("of the user's socket") {
            private static final long serialVersionUID = 1L;
        };
        assertThat(OwnFailure.of(mine, false)).isSameAs(mine);
        assertThat(OwnFailure.of(mine, true)).isNull();
    }
}
