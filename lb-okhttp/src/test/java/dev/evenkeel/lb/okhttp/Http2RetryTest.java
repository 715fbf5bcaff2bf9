package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts elsewhere where many calls share a connection. */
@Timeout(60)
class Http2RetryTest {
    private MockWebServer bad;
    private MockWebServer good;
    private FakeBalancer balancer;
    private OkHttpClient client;

    @BeforeEach
    void start() throws IOException {
        bad = running();
        good = running();
        balancer = FakeBalancer.orders(url(bad), url(good));
        client = Evenkeel.wrap(
                new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
                        .readTimeout(Duration.ofMillis(500))
                        .build(),
                balancer);
    }

    private static MockWebServer running() throws IOException {
        MockWebServer server = new MockWebServer();
        server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
        server.start();
        return server;
    }

    private static String url(MockWebServer server) {
        return "http://127.0.0.1:" + server.getPort();
    }

    @AfterEach
    void stop() {
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        bad.close();
        good.close();
    }

    /** For more calls than there should be. */
    private void script(String how) {
        MockResponse.Builder answer = new MockResponse.Builder();
        switch (how) {
            case "stream is reset" -> answer.onResponseStart(new SocketEffect.CloseStream(2));
            case "stream is refused" -> answer.onResponseStart(new SocketEffect.CloseStream(7));
            case "stream is cancelled" -> answer.onResponseStart(new SocketEffect.CloseStream(8));
            case "connection is closed" -> answer.onResponseStart(new SocketEffect.CloseSocket());
            case "silence" -> answer.onResponseStart(SocketEffect.Stall.INSTANCE);
            default -> answer.code(Integer.parseInt(how));
        }
        for (int i = 0; i < 4; i++) {
            bad.enqueue(answer.build());
            good.enqueue(new MockResponse.Builder().body("ok").build());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stream is reset",
                "stream is refused",
                "stream is cancelled",
                "connection is closed",
                "silence",
                "502",
                "503"
            })
    void a_get_that_fails_is_answered_by_another_backend(String how) throws IOException {
        script(how);
        try (Response response = client.newCall(BalancedCalls.GET).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().tag(Backend.class).endpoint()).isEqualTo(Endpoint.of(url(good)));
        }
        assertThat(good.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"stream is reset", "stream is refused", "stream is cancelled", "connection is closed", "silence"
            })
    void a_post_is_sent_once_however_it_fails(String how) {
        script(how);
        assertThatThrownBy(() -> client.newCall(BalancedCalls.POST).execute()).isInstanceOf(IOException.class);
        assertThat(bad.getRequestCount() + good.getRequestCount()).isEqualTo(1);
    }
}
