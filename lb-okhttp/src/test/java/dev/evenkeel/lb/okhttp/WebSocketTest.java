package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebSocketTest {
    private MockWebServer server;
    private FakeBalancer balancer;
    private OkHttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = new MockWebServer();
        server.start();
        balancer = FakeBalancer.orders("http://127.0.0.1:" + server.getPort());
        client = Evenkeel.wrap(new OkHttpClient(), balancer);
    }

    @AfterEach
    void stop() {
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        server.close();
    }

    /** Writes down what happens, in order. */
    private static final class Log extends WebSocketListener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            events.add("open " + response.request().url());
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            events.add(text);
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            webSocket.close(code, reason);
        }

        @Override
        public void onClosed(WebSocket webSocket, int code, String reason) {
            events.add("closed " + code);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
            events.add("failed");
        }

        String next() throws InterruptedException {
            String event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
            return event;
        }
    }

    /** Sends back what it gets, and closes when it is closed. */
    private static final class Echo extends WebSocketListener {
        @Override
        public void onMessage(WebSocket webSocket, String text) {
            webSocket.send("echo " + text);
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            webSocket.close(code, reason);
        }
    }

    private WebSocket open(Log log) throws InterruptedException {
        server.enqueue(new MockResponse.Builder().webSocketUpgrade(new Echo()).build());
        WebSocket socket = client.newWebSocket(
                new Request.Builder().url("ws://orders/chat").build(), log);
        assertThat(log.next()).isEqualTo("open http://orders/chat");
        socket.send("a");
        assertThat(log.next()).isEqualTo("echo a");
        return socket;
    }

    @Test
    void lease_of_a_web_socket_ends_when_it_is_closed() throws Exception {
        Log log = new Log();
        WebSocket socket = open(log);
        assertThat(balancer.inFlight()).isEqualTo(1);

        socket.close(1000, null);

        assertThat(log.next()).isEqualTo("closed 1000");
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactly(Kind.SUCCESS);
    }

    @Test
    void lease_of_a_web_socket_ends_when_it_is_cancelled() throws Exception {
        Log log = new Log();
        open(log).cancel();
        assertThat(log.next()).isEqualTo("failed");
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactly(Kind.IGNORED);
    }

    @Test
    void lease_of_a_web_socket_ends_when_the_server_dies() throws Exception {
        Log log = new Log();
        open(log);
        server.close();
        assertThat(log.next()).isEqualTo("failed");
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
    }

    @Test
    void refused_upgrade_ends_its_lease() throws Exception {
        server.enqueue(new MockResponse.Builder().code(404).body("no").build());
        Log log = new Log();
        client.newWebSocket(new Request.Builder().url("ws://orders/chat").build(), log);
        assertThat(log.next()).isEqualTo("failed");
        Eventually.holds("nothing is in flight", () -> balancer.inFlight() == 0);
        assertThat(balancer.kinds()).containsExactly(Kind.SUCCESS);
    }
}
