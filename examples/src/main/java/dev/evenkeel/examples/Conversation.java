package dev.evenkeel.examples;

import dev.evenkeel.lb.api.Backend;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** One web socket, with the callbacks of OkHttp made into things to wait for. */
final class Conversation {
    /** Normal closure, by RFC 6455. */
    private static final int NORMAL = 1000;

    private final WebSocket socket;
    private final Response opening;
    private final Ear ear;
    private final Duration patience;

    private Conversation(WebSocket socket, Response opening, Ear ear, Duration patience) {
        this.socket = socket;
        this.opening = opening;
        this.ear = ear;
        this.patience = patience;
    }

    /** Hears what comes, on OkHttp's threads. */
    private static final class Ear extends WebSocketListener {
        private final CompletableFuture<Response> opened = new CompletableFuture<>();
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> ended = new CompletableFuture<>();

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            opened.complete(response);
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            heard.add(text);
        }

        @Override
        public void onClosing(WebSocket webSocket, int code, String reason) {
            webSocket.close(NORMAL, null);
        }

        @Override
        public void onClosed(WebSocket webSocket, int code, String reason) {
            ended.complete("was closed with code " + code);
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
            opened.completeExceptionally(t);
            ended.complete("broke: " + t);
        }
    }

    /**
     * Opens a web socket.
     *
     * @param patience how long anything may take
     * @throws IOException if it cannot be opened
     */
    static Conversation begin(OkHttpClient client, String url, Duration patience)
            throws IOException, InterruptedException {
        Ear ear = new Ear();
        WebSocket socket = client.newWebSocket(new Request.Builder().url(url).build(), ear);
        try {
            Response opening = ear.opened.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Conversation(socket, opening, ear, patience);
        } catch (ExecutionException | TimeoutException e) {
            socket.cancel();
            throw new IOException("no web socket at " + url + ": " + e, e);
        }
    }

    /** Says something, and waits for what comes back. */
    String say(String text) throws DemoFailure, InterruptedException {
        socket.send(text);
        String answer = ear.heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (answer == null) {
            throw new DemoFailure("the web socket gave no answer to \"" + text + "\"");
        }
        return answer;
    }

    /** Closes it as one should. */
    void close() {
        socket.close(NORMAL, null);
    }

    /** Waits for its end, and returns how it came to it. */
    String awaitEnd() throws DemoFailure, InterruptedException {
        try {
            return ear.ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoFailure("the web socket did not end: " + e);
        }
    }

    /** Returns the URL that the caller sees. */
    String url() {
        return opening.request().url().toString();
    }

    /** Returns the URL of the backend that it goes to. */
    String backendUrl() throws DemoFailure {
        Backend backend = opening.request().tag(Backend.class);
        if (backend == null) {
            throw new DemoFailure("the answer should carry its backend as a tag");
        }
        return backend.endpoint().url();
    }
}
