package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** Answers each request with its name and the request's body, changed as a fault has it; a web socket with an echo. */
final class ScriptedServer implements MatrixServer {
    /** The header of an answer that has a web socket cut at the first message. */
    static final String CUTS = "X-Cuts";

    private final MockWebServer server = new MockWebServer();
    private final String name;
    private final Wire wire;
    private final Consumer<MockResponse.Builder> script;
    private final boolean tls;

    private ScriptedServer(String name, Wire wire, Consumer<MockResponse.Builder> script, boolean tls) {
        this.name = name;
        this.wire = wire;
        this.script = script;
        this.tls = tls;
    }

    /**
     * @param certificates null for no TLS
     */
    static ScriptedServer running(
            String name,
            Wire wire,
            @Nullable HandshakeCertificates certificates,
            Consumer<MockResponse.Builder> script,
            boolean asksForClient)
            throws IOException {
        ScriptedServer scripted = new ScriptedServer(name, wire, script, certificates != null);
        MockWebServer server = scripted.server;
        if (certificates != null) {
            server.useHttps(certificates.sslSocketFactory());
        }
        if (asksForClient) {
            server.requireClientAuth();
        }
        server.setProtocols(wire.protocols(certificates != null));
        server.setDispatcher(scripted.new Answers());
        server.start(InetAddress.getLoopbackAddress(), 0);
        return scripted;
    }

    @Override
    public String url() {
        return (tls ? "https" : "http") + "://127.0.0.1:" + server.getPort();
    }

    @Override
    public int received() throws InterruptedException {
        int received = 0;
        for (RecordedRequest one = next(); one != null; one = next()) {
            // One without headers stands for a connection, but over HTTP/2 for a stream that was cut short.
            received += one.getHeaders().size() > 0 || one.getVersion().startsWith("HTTP/2") ? 1 : 0;
        }
        return received;
    }

    private @Nullable RecordedRequest next() throws InterruptedException {
        return server.takeRequest(0, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        server.close();
    }

    private MockResponse answer(String body) {
        MockResponse.Builder builder = new MockResponse.Builder().body(name + ":" + body);
        script.accept(builder);
        return builder.build();
    }

    private final class Answers extends Dispatcher {
        /** Half of the effects are asked for here only. */
        @Override
        public MockResponse peek() {
            MockResponse guess = answer("");
            // At the start of a connection, a request has not begun: an effect there would race with the client's
            // preface.
            boolean begun = wire == Wire.H1 || Thread.currentThread().getName().endsWith("onStream");
            return begun ? guess : guess.newBuilder().onRequestStart(null).build();
        }

        @Override
        public MockResponse dispatch(RecordedRequest request) {
            ByteString body = request.getBody();
            MockResponse answer = answer(body == null ? "" : body.utf8());
            boolean upgrades = "websocket".equals(request.getHeaders().get("Upgrade")) && answer.getCode() == 200;
            return upgrades
                    ? answer.newBuilder()
                            .webSocketUpgrade(new Echo(answer.getHeaders().get(CUTS) != null))
                            .build()
                    : answer;
        }
    }

    private final class Echo extends WebSocketListener {
        private final boolean cuts;

        Echo(boolean cuts) {
            this.cuts = cuts;
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            if (cuts) {
                webSocket.cancel();
            }
            webSocket.send(name + ":" + text);
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            webSocket.close(code, reason);
        }
    }
}
