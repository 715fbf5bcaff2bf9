package dev.evenkeel.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY.md 17: looking whether a client is there takes nothing from it; here the looks are taken by hand. */
final class ClientEndPointTest {
    private final Server server = new Server();
    private final ServerConnector connector = new Connector(server);
    private final LinkedBlockingQueue<Served> arrived = new LinkedBlockingQueue<>();

    private record Served(ClientEndPoint client, Call call, CountDownLatch goOn) {}

    @BeforeEach
    void start() throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Echo());
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void a_request_that_a_look_met_is_answered_next() throws Exception {
        String ahead = Wire.headOf("GET /ahead?" + "x".repeat(5_000) + " HTTP/1.1", "Host: a");
        try (Wire client = Wire.to(connector.getLocalPort())) {
            client.send(Wire.headOf("GET /slow HTTP/1.1", "Host: a"));
            Served slow = served();
            client.send(ahead.substring(0, 4_000));
            lookUntilKept(slow, 4_000);
            slow.goOn.countDown();
            client.send(ahead.substring(4_000));
            served().goOn.countDown();
            assertThat(client.answer()).contains("X-Path: /slow\r\n");
            assertThat(client.answer()).contains("X-Path: /ahead?" + "x".repeat(5_000) + "\r\n");
            assertThat(slow.call.isCanceled()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 3_000, 30_000})
    void a_body_that_a_look_met_is_read_to_its_end(int length) throws Exception {
        String body = "x".repeat(length - 1) + "y";
        try (Wire client = Wire.to(connector.getLocalPort())) {
            client.send(Wire.headOf("POST /slow HTTP/1.1", "Host: a", "Content-Length: " + length));
            Served slow = served();
            client.send(body);
            lookUntilKept(slow, Math.min(length, 4_096));
            slow.goOn.countDown();
            assertThat(client.answer()).endsWith("\r\n\r\n" + body);
        }
    }

    @Test
    void the_second_look_at_a_call_is_the_first_that_counts() throws Exception {
        try (Wire client = Wire.to(connector.getLocalPort())) {
            client.send(Wire.headOf("GET /slow HTTP/1.1", "Host: a"));
            Served slow = served();
            client.leave();
            slow.client.look();
            assertThat(slow.client.isGone()).isFalse();
            Proxied.await("the client is seen to be gone", () -> {
                slow.client.look();
                return slow.client.isGone();
            });
            assertThat(slow.call.isCanceled()).isTrue();
            slow.goOn.countDown();
        }
    }

    @Test
    void what_is_not_watched_is_not_read() throws Exception {
        try (Wire client = Wire.to(connector.getLocalPort())) {
            client.send(Wire.headOf("GET /slow HTTP/1.1", "Host: a"));
            Served slow = served();
            client.send("GET");
            lookUntilKept(slow, 3);
            slow.client.unwatch();
            client.leave();
            slow.client.look();
            slow.client.look();
            assertThat(slow.call.isCanceled()).isFalse();
            slow.client.watch();
            Proxied.await("the client is seen to be gone", () -> {
                slow.client.look();
                return slow.call.isCanceled();
            });
            slow.goOn.countDown();
        }
    }

    private Served served() throws InterruptedException {
        Served next = arrived.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request arrived");
        }
        return next;
    }

    private static void lookUntilKept(Served served, int bytes) {
        Proxied.await("a look has met " + bytes + " bytes", () -> {
            served.client.look();
            return served.client.keptAhead() == bytes;
        });
    }

    /** Serves like the proxy, waits to be told, then answers with the body it reads. */
    private final class Echo extends Handler.Abstract {
        private final OkHttpClient calls = new OkHttpClient();

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            ClientEndPoint client = (ClientEndPoint)
                    request.getConnectionMetaData().getConnection().getEndPoint();
            Call call = calls.newCall(
                    new okhttp3.Request.Builder().url("http://127.0.0.1/").build());
            client.serve(call);
            CountDownLatch goOn = new CountDownLatch(1);
            arrived.add(new Served(client, call, goOn));
            goOn.await();
            Buffer body = new Buffer();
            if (request.getMethod().equals("POST")) {
                new StreamedBody(request, client).writeTo(body);
            }
            client.served();
            response.getHeaders().put("X-Path", request.getHttpURI().getPathQuery());
            response.getHeaders().put("Content-Length", body.size());
            response.write(true, BufferUtil.toBuffer(body.readByteArray()), callback);
            return true;
        }
    }

    private static final class Connector extends ServerConnector {
        Connector(Server server) {
            super(server, new ClientConnections(http()));
        }

        private static HttpConfiguration http() {
            HttpConfiguration http = new HttpConfiguration();
            http.setRequestHeaderSize(32 * 1024);
            return http;
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            return new ClientEndPoint(channel, selector, key, this, null);
        }
    }
}
