package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The built jar as a proxy process, ended by SIGTERM. */
final class ProxyStopIT {
    private static final int REQUESTS = 8;
    private static final int EXIT_CODE_OF_SIGTERM = 128 + 15;

    private final OkHttpClient client = new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .readTimeout(Duration.ofSeconds(60))
            .build();
    private final ExecutorService callers = Executors.newFixedThreadPool(REQUESTS);

    @AfterEach
    void end() {
        callers.shutdownNow();
        client.connectionPool().evictAll();
    }

    @Test
    void requests_in_flight_end_well_and_then_the_process_ends() throws Exception {
        BackendSettings slow = BackendSettings.named("slow").withDelay(Duration.ofMillis(1500));
        try (TestBackend backend = TestBackend.of(slow)) {
            backend.start();
            try (JarProcess proxy = start(backend, "10s")) {
                String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
                List<Future<Integer>> inFlight = send(url, backend);
                proxy.terminate();
                for (Future<Integer> answer : inFlight) {
                    assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(200);
                }
                assertThat(proxy.exitCode()).isEqualTo(EXIT_CODE_OF_SIGTERM);
                proxy.printed().await("proxy stops: " + REQUESTS + " requests in flight\\Rproxy stopped\\R");
                assertThatThrownBy(() -> get(url)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void a_request_that_outlasts_the_grace_is_cut_off() throws Exception {
        BackendSettings stuck = BackendSettings.named("stuck").withDelay(Duration.ofMinutes(10));
        try (TestBackend backend = TestBackend.of(stuck)) {
            backend.start();
            try (JarProcess proxy = start(backend, "200ms")) {
                String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
                List<Future<Integer>> inFlight = send(url, backend);
                proxy.terminate();
                assertThat(proxy.exitCode()).isEqualTo(EXIT_CODE_OF_SIGTERM);
                proxy.printed().await("proxy stopped\\R");
                for (Future<Integer> answer : inFlight) {
                    assertThat(statusOrFailure(answer)).isIn("502", "503", "IOException");
                }
            }
        }
    }

    private static String statusOrFailure(Future<Integer> answer) throws Exception {
        try {
            return answer.get(60, TimeUnit.SECONDS).toString();
        } catch (ExecutionException e) {
            return e.getCause() instanceof IOException ? "IOException" : String.valueOf(e.getCause());
        }
    }

    private static JarProcess start(TestBackend backend, String grace) throws IOException {
        // A probe that a busy machine delays must not take the only backend out: nothing here is about health.
        return JarProcess.start(
                "proxy",
                "--listen",
                "127.0.0.1:0",
                "--backend",
                backend.url(),
                "--grace",
                grace,
                "--health-interval",
                "10m",
                "--health-timeout",
                "10m");
    }

    /** Returns when all of them have reached the backend. */
    private List<Future<Integer>> send(String url, TestBackend backend) {
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            answers.add(callers.submit(() -> get(url)));
        }
        long start = System.nanoTime();
        while (backend.received() < REQUESTS && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(60)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(backend.received()).isEqualTo(REQUESTS);
        return answers;
    }

    private int get(String url) throws IOException {
        try (Response response =
                client.newCall(new Request.Builder().url(url).build()).execute()) {
            response.body().bytes();
            return response.code();
        }
    }
}
