package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The endings that differ where many calls share a connection. */
@Timeout(60)
class Http2Test {
    private static final Request GET =
            new Request.Builder().url("http://orders/").build();

    private MockWebServer server;
    private FakeBalancer balancer;
    private OkHttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = new MockWebServer();
        server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        server.start();
        balancer = FakeBalancer.orders("http://127.0.0.1:" + server.getPort());
        client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                        .build(),
                balancer);
    }

    @AfterEach
    void stop() {
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        server.close();
    }

    @Test
    void calls_on_one_connection_have_leases_of_their_own() throws IOException {
        server.enqueue(new MockResponse.Builder().body("a").build());
        server.enqueue(new MockResponse.Builder().body("b").build());
        Response first = client.newCall(GET).execute();
        Response second = client.newCall(GET).execute();
        assertThat(balancer.inFlight()).isEqualTo(2);
        assertThat(first.body().string()).isEqualTo("a");
        assertThat(balancer.inFlight()).isEqualTo(1);
        second.close();
        assertThat(balancer.kinds()).containsExactly(Kind.SUCCESS, Kind.SUCCESS);
        assertThat(client.connectionPool().connectionCount()).isEqualTo(1);
    }

    @Test
    void stream_that_is_reset_in_the_body_is_a_failure() throws IOException {
        server.enqueue(new MockResponse.Builder()
                .body("x".repeat(1_000_000))
                .onResponseBody(new SocketEffect.CloseStream(2))
                .build());
        Response response = client.newCall(GET).execute();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        assertThat(balancer.kinds()).containsExactly(Kind.FAILURE);
    }

    @Test
    void connection_that_is_closed_in_the_body_is_a_failure() throws IOException {
        server.enqueue(new MockResponse.Builder()
                .body("x".repeat(1_000_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        Response response = client.newCall(GET).execute();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        assertThat(balancer.kinds()).containsExactly(Kind.FAILURE);
    }

    @Test
    void cancel_in_the_body_is_ignored() throws IOException {
        server.enqueue(new MockResponse.Builder()
                .body("x".repeat(1_000_000))
                .onResponseBody(SocketEffect.Stall.INSTANCE)
                .build());
        Call call = client.newCall(GET);
        Response response = call.execute();
        call.cancel();
        assertThatThrownBy(() -> response.body().string()).isInstanceOf(IOException.class);
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactly(Kind.IGNORED);
    }
}
