package dev.evenkeel.examples;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Someone outside who sends requests to the proxy, with a plain client that knows nothing of backends. */
final class Visitor implements AutoCloseable {
    private final OkHttpClient client =
            new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(10)).build();
    private final Request request;
    private int sent;

    /**
     * What came back.
     *
     * @param servedBy the backend's name, empty if the proxy answered by itself
     * @param retryAfter the field of that name, empty if there was none
     * @param nanos how long it took, to the last byte
     */
    record Answer(int status, String servedBy, String retryAfter, String body, long nanos) {
        double millis() {
            return nanos / 1e6;
        }
    }

    Visitor(String url) {
        request = new Request.Builder().url(url).build();
    }

    /** Sends one request and waits for its answer. */
    Answer visit() throws DemoFailure {
        sent++;
        try {
            return send();
        } catch (IOException e) {
            throw new DemoFailure("the proxy gave no answer at all: " + e);
        }
    }

    /**
     * Tells whether the proxy still takes a request, by sending one, which is not counted.
     *
     * @throws IOException if it took the connection and then gave no answer
     */
    boolean isAnswered() throws IOException {
        try {
            send();
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    private Answer send() throws IOException {
        long start = System.nanoTime();
        try (Response response = client.newCall(request).execute()) {
            String body = response.body().string();
            return new Answer(
                    response.code(),
                    response.header(BackendHandler.SERVED_BY, ""),
                    response.header("Retry-After", ""),
                    body,
                    System.nanoTime() - start);
        }
    }

    /** Sends requests one after another. */
    Tally visit(int times) throws DemoFailure {
        Tally tally = new Tally();
        for (int i = 0; i < times; i++) {
            tally.add(visit());
        }
        return tally;
    }

    /** Returns how many requests it has sent. */
    int sent() {
        return sent;
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
    }
}
