package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** Has the garbage collector find what a test has let go. */
final class Garbage {
    private static final String BYE = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye";

    /** More than the threads that connect for one test. */
    private static final int CONNECTS = 4;

    private Garbage() {}

    /**
     * Collects until a condition holds. Connects elsewhere meanwhile: a thread of OkHttp can keep the last call that it
     * connected for, and its client, in its frame until it connects for another one.
     */
    static void collectedUntil(String what, BooleanSupplier condition) throws IOException {
        OkHttpClient plain = new OkHttpClient();
        try (RawServer other = RawServer.answering(BYE)) {
            Request request = new Request.Builder().url(other.url()).build();
            Eventually.holds(what, () -> {
                List<Ending> connects = Stream.generate(() -> Ending.of(plain.newCall(request)))
                        .limit(CONNECTS)
                        .toList();
                connects.forEach(Garbage::await);
                System.gc();
                return condition.getAsBoolean();
            });
        } finally {
            plain.dispatcher().executorService().shutdown();
        }
    }

    private static void await(Ending connect) {
        try {
            assertThat(connect.body()).isEqualTo("bye");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
