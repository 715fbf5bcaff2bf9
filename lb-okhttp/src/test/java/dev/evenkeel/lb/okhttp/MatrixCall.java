package dev.evenkeel.lb.okhttp;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** The call of a row of the fault matrix, which tells in words how it ended for the caller. */
enum MatrixCall {
    GET,
    POST,
    /** A POST whose body can be written once. */
    ONE_SHOT,
    /** A POST whose body is sent while the response may already come. */
    DUPLEX,
    WEB_SOCKET;

    /** Tells whether a second delivery of the request would do something twice. */
    boolean isSentOnce() {
        return this == POST || this == ONE_SHOT || this == DUPLEX;
    }

    boolean speaks(Wire wire) {
        // OkHttp opens web sockets over HTTP/1.1, whatever the client's protocols.
        return switch (this) {
            case DUPLEX -> wire == Wire.H2;
            case WEB_SOCKET -> wire == Wire.H1;
            default -> true;
        };
    }

    /** Makes the call on a thread of the dispatcher and waits for its end. */
    String on(OkHttpClient client, String url) throws Exception {
        Request get = new Request.Builder().url(url).build();
        CompletableFuture<String> end = new CompletableFuture<>();
        if (this == WEB_SOCKET) {
            client.newWebSocket(get, new Conversation(end));
        } else {
            Request request = this == GET ? get : get.newBuilder().post(body()).build();
            client.newCall(request).enqueue(new Reading(end));
        }
        return end.get(Eventually.WATCHDOG.toSeconds(), TimeUnit.SECONDS);
    }

    private RequestBody body() {
        boolean oneShot = this == ONE_SHOT;
        boolean duplex = this == DUPLEX;
        return new RequestBody() {
            @Override
            public @Nullable MediaType contentType() {
                return null;
            }

            @Override
            public long contentLength() {
                return duplex ? -1 : 5;
            }

            @Override
            public boolean isOneShot() {
                return oneShot;
            }

            @Override
            public boolean isDuplex() {
                return duplex;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("hello");
                if (duplex) {
                    sink.close();
                }
            }
        };
    }

    /** By type, and coarsely: whether a closed socket shows as an end or as a reset is a race. */
    private static String word(Throwable failure) {
        return failure instanceof InterruptedIOException ? "timeout" : "broken";
    }

    private record Reading(CompletableFuture<String> end) implements Callback {
        @Override
        public void onFailure(Call call, IOException e) {
            end.complete("fails: " + word(e));
        }

        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                end.complete(response.code() + " " + response.body().string());
            } catch (IOException e) {
                end.complete(response.code() + ", body " + word(e));
            }
        }
    }

    private static final class Conversation extends WebSocketListener {
        private final CompletableFuture<String> end;
        private final List<String> story = new CopyOnWriteArrayList<>();

        Conversation(CompletableFuture<String> end) {
            this.end = end;
        }

        @Override
        public void onOpen(WebSocket webSocket, Response response) {
            story.add(response.code() + " ");
            webSocket.send("hi");
        }

        @Override
        public void onMessage(WebSocket webSocket, String text) {
            story.add(text);
            webSocket.close(1000, null);
        }

        @Override
        public void onClosed(WebSocket webSocket, int code, String reason) {
            end.complete(String.join("", story));
        }

        @Override
        public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
            story.add("fails: " + (response == null ? word(t) : response.code()));
            end.complete(String.join("", story));
        }
    }
}
