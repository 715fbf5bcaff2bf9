package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hedges against servers that take long, by the clock, over either protocol. */
@Timeout(60)
class Http2HedgeTest {
    private static final HedgingPolicy SOON = HedgingPolicy.DEFAULT.withStart(Duration.ofMillis(10));
    private static final String LARGE = "0123456789abcdef".repeat(1 << 16);

    private final MockWebServer slow = new MockWebServer();
    private final MockWebServer good = new MockWebServer();
    private FakeBalancer balancer = FakeBalancer.orders();

    /** What the servers speak. */
    private enum Spoken {
        HTTP_1(Protocol.HTTP_1_1),
        HTTP_2(Protocol.H2_PRIOR_KNOWLEDGE);

        final Protocol protocol;

        Spoken(Protocol protocol) {
            this.protocol = protocol;
        }
    }

    private HedgedCalls calls(Spoken spoken) throws IOException {
        for (MockWebServer server : List.of(slow, good)) {
            server.setProtocols(List.of(spoken.protocol));
            server.start();
        }
        balancer = FakeBalancer.orders(url(slow), url(good));
        OkHttpClient client =
                new OkHttpClient.Builder().protocols(List.of(spoken.protocol)).build();
        return HedgedCalls.of(Evenkeel.wrap(client, balancer), SOON);
    }

    private static String url(MockWebServer server) {
        return "http://127.0.0.1:" + server.getPort();
    }

    @AfterEach
    void stop() {
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        slow.close();
        good.close();
    }

    @ParameterizedTest
    @EnumSource
    void the_body_of_the_hedge_streams_to_the_caller_and_the_loser_is_not_blamed(Spoken spoken) throws Exception {
        try (HedgedCalls calls = calls(spoken)) {
            slow.enqueue(new MockResponse.Builder()
                    .headersDelay(30, TimeUnit.SECONDS)
                    .build());
            good.enqueue(new MockResponse.Builder().body(LARGE).build());
            slow.enqueue(new MockResponse.Builder().body("ok").build());
            try (Response response = calls.newCall(BalancedCalls.GET).execute()) {
                assertThat(response.request().tag(Backend.class).endpoint()).isEqualTo(Endpoint.of(url(good)));
                assertThat(response.body().string()).isEqualTo(LARGE);
            }
            Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
            assertThat(balancer.kinds()).containsExactlyInAnyOrder(Kind.SUCCESS, Kind.IGNORED);
            if (spoken == Spoken.HTTP_2) {
                // Only the stream was given up: the next call has the same connection.
                calls.client().newCall(BalancedCalls.GET).execute().close();
                assertThat(slow.takeRequest().getConnectionIndex()).isZero();
                assertThat(slow.takeRequest().getConnectionIndex()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_post_arrives_once_however_slow_the_answer_is(Spoken spoken) throws Exception {
        try (HedgedCalls calls = calls(spoken)) {
            for (MockWebServer server : List.of(slow, good)) {
                server.enqueue(new MockResponse.Builder()
                        .headersDelay(500, TimeUnit.MILLISECONDS)
                        .build());
            }
            Request post = BalancedCalls.POST;
            calls.newCall(post).execute().close();
            assertThat(slow.getRequestCount() + good.getRequestCount()).isEqualTo(1);
        }
    }
}
