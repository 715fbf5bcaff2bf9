package dev.evenkeel.lb.benchmarks;

import java.io.IOException;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * A client of {@link Loopback} and what it is asked for in turns. Its connection pool is its own. Safe for many threads.
 *
 * @param name what its results are called
 */
record LoopbackClient(String name, OkHttpClient client, List<Request> requests) {
    /**
     * Makes the call of a number, down to the last byte of the body.
     *
     * @throws IOException if it is not answered with 200 and a body
     */
    void call(int number) throws IOException {
        Request request = requests.get(number % requests.size());
        try (Response response = client.newCall(request).execute()) {
            if (response.body().bytes().length == 0 || response.code() != 200) {
                throw new IOException("a call must be answered with 200 and a body, was " + response);
            }
        }
    }

    /** Closes the connections, none of which may be in use. */
    void disconnect() {
        client.connectionPool().evictAll();
    }
}
