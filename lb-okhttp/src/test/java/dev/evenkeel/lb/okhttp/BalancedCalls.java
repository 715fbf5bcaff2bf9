package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client that is wrapped for one scripted backend. After each test, whatever its ending, nothing is in flight. */
abstract class BalancedCalls {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    static final Request GET = new Request.Builder().url("http://orders/").build();
    static final Request POST =
            GET.newBuilder().post(RequestBody.create("x", null)).build();

    RawServer server;
    FakeBalancer balancer;

    @BeforeEach
    void start() throws IOException {
        server = RawServer.answering(OK);
        balancer = FakeBalancer.orders(server.url());
    }

    @AfterEach
    void nothing_is_in_flight() throws IOException {
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.outcomes()).hasSize(balancer.acquired());
        server.close();
    }

    OkHttpClient client(RawServer.Script script) throws IOException {
        return client(script, builder -> builder);
    }

    OkHttpClient client(RawServer.Script script, UnaryOperator<OkHttpClient.Builder> options) throws IOException {
        return client(RawServer.running(script), options);
    }

    OkHttpClient client(RawServer running, UnaryOperator<OkHttpClient.Builder> options) throws IOException {
        server.close();
        server = running;
        balancer = FakeBalancer.orders(running.url());
        return Evenkeel.wrap(options.apply(new OkHttpClient.Builder()).build(), balancer);
    }

    OkHttpClient answering(String answer) throws IOException {
        return client(RawServer.answering(answer), builder -> builder);
    }

    static RawServer.Script once(String bytes) {
        return connection -> {
            connection.readHead();
            connection.write(bytes);
        };
    }

    void assertInFlight(int expected) {
        assertThat(balancer.inFlight()).isEqualTo(expected);
    }

    void assertOutcomes(Kind... kinds) {
        Eventually.holds("all leases are completed", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactly(kinds);
    }
}
