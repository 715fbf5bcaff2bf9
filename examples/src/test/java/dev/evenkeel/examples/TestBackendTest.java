package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TestBackendTest {
    private final OkHttpClient client = new OkHttpClient();

    @AfterEach
    void endConnections() {
        client.connectionPool().evictAll();
    }

    @Test
    void it_says_who_it_is_and_counts() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("a"))) {
            assertThat(get(backend.url() + "/")).isEqualTo("200 a: I am a. You are request 1 here.\n");
            assertThat(get(backend.url() + "/x?y=z")).isEqualTo("200 a: I am a. You are request 2 here.\n");
            assertThat(backend.received()).isEqualTo(2);
        }
    }

    @Test
    void its_health_check_can_be_made_to_fail_while_it_serves() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("a"))) {
            assertThat(get(backend.url() + "/health")).isEqualTo("200 a: up\n");
            assertThat(post(backend.url() + "/admin/health?up=false")).isEqualTo("200 a: health is down now\n");
            assertThat(get(backend.url() + "/health")).isEqualTo("503 a: down\n");
            assertThat(get(backend.url() + "/")).startsWith("200 a: I am a.");
            assertThat(post(backend.url() + "/admin/health?up=true")).isEqualTo("200 a: health is up now\n");
            assertThat(get(backend.url() + "/health")).isEqualTo("200 a: up\n");
            assertThat(backend.received()).isEqualTo(1);
        }
    }

    @Test
    void a_wrong_switch_changes_nothing_and_is_told() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("a"))) {
            assertThat(post(backend.url() + "/admin/health?up=maybe"))
                    .isEqualTo("400 a: up must be true or false, was maybe\n");
            assertThat(post(backend.url() + "/admin/health")).isEqualTo("400 a: up must be true or false, was null\n");
            assertThat(get(backend.url() + "/admin/health?up=false")).isEqualTo("405 a: use POST, was GET\n");
            assertThat(get(backend.url() + "/health")).isEqualTo("200 a: up\n");
        }
    }

    @Test
    void status_and_delay_are_for_answers_and_not_for_health_checks() throws IOException {
        Duration delay = Duration.ofMillis(300);
        BackendSettings slow = BackendSettings.named("a").withStatus(500).withDelay(delay);
        try (TestBackend backend = started(slow)) {
            assertThat(get(backend.url() + "/health")).isEqualTo("200 a: up\n");
            long start = System.nanoTime();
            assertThat(get(backend.url() + "/")).startsWith("500 a: I am a.");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay.toNanos());
        }
    }

    @Test
    void a_status_without_a_body_has_none() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("a").withStatus(204))) {
            assertThat(get(backend.url() + "/")).isEqualTo("204 a: ");
            assertThat(get(backend.url() + "/")).isEqualTo("204 a: ");
        }
    }

    @Test
    void killed_it_breaks_requests_in_flight_and_refuses_new_ones() throws Exception {
        try (TestBackend backend = started(BackendSettings.named("a").withDelay(Duration.ofMinutes(10)))) {
            CompletableFuture<String> inFlight = CompletableFuture.supplyAsync(() -> getUnchecked(backend.url()));
            long start = System.nanoTime();
            while (backend.received() == 0 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            backend.kill();
            assertThatThrownBy(() -> inFlight.get(30, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
            assertThatThrownBy(() -> get(backend.url())).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void it_comes_back_on_the_same_port_however_often() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("a"))) {
            int port = backend.port();
            for (int i = 1; i <= 20; i++) {
                assertThat(get(backend.url())).startsWith("200 a: I am a. You are request " + i + " ");
                backend.kill();
                backend.kill();
                backend.start();
                assertThat(backend.port()).isEqualTo(port);
            }
        }
    }

    @Test
    void it_leaves_no_thread() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("goes-away"))) {
            assertThat(get(backend.url())).startsWith("200");
            assertThat(threadsNamed("backend-goes-away")).isPositive();
        }
        long start = System.nanoTime();
        while (threadsNamed("backend-goes-away") > 0 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(threadsNamed("backend-goes-away")).isZero();
    }

    @Test
    void it_starts_once() throws IOException {
        try (TestBackend backend = started(BackendSettings.named("a"))) {
            assertThatThrownBy(backend::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("backend a runs already, on port " + backend.port());
        }
    }

    @Test
    void a_taken_port_is_named() throws IOException {
        try (TestBackend first = started(BackendSettings.named("a"));
                TestBackend second = TestBackend.of(BackendSettings.named("b").withPort(first.port()))) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(IOException.class)
                    .hasMessage("backend b cannot listen on 127.0.0.1:" + first.port() + ": Address already in use");
        }
    }

    private static TestBackend started(BackendSettings settings) throws IOException {
        TestBackend backend = TestBackend.of(settings);
        backend.start();
        return backend;
    }

    private static long threadsNamed(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    private String getUnchecked(String url) {
        try {
            return get(url);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String get(String url) throws IOException {
        return send(new Request.Builder().url(url).build());
    }

    private String post(String url) throws IOException {
        return send(new Request.Builder()
                .url(url)
                .post(RequestBody.create(new byte[10_000]))
                .build());
    }

    private String send(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            return response.code() + " " + response.header("Served-By") + ": "
                    + response.body().string();
        }
    }
}
