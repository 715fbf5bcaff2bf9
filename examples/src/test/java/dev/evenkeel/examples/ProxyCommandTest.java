package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProxyCommandTest {
    private final OkHttpClient client = new OkHttpClient();
    private final TestBackend a = TestBackend.of(BackendSettings.named("a"));
    private final TestBackend b = TestBackend.of(BackendSettings.named("b"));

    @BeforeEach
    void start() throws Exception {
        a.start();
        b.start();
    }

    @AfterEach
    void stop() {
        a.close();
        b.close();
        client.connectionPool().evictAll();
    }

    @Test
    void it_tells_its_port_forwards_in_turns_and_prints_one_line_per_transition() throws Exception {
        try (CommandThread proxy = start("--health-interval", "100ms", "--start", "pessimistic")) {
            String url =
                    "http://" + proxy.printed().await("proxy listens on (127\\.0\\.0\\.1:[1-9][0-9]*), forwards to");
            proxy.printed().await(a.url() + " is UP");
            proxy.printed().await(b.url() + " is UP");
            for (int i = 0; i < 10; i++) {
                assertThat(status(url)).isEqualTo(200);
            }
            assertThat(a.received()).isEqualTo(5);
            assertThat(b.received()).isEqualTo(5);

            b.healthy(false);
            proxy.printed().await(b.url() + " is DOWN: 3 failed probes: HTTP 503\\R");
            assertThat(status(url)).isEqualTo(200);
            a.kill();
            proxy.printed().await(a.url() + " is DOWN: ");
            assertThat(status(url)).isEqualTo(503);
            b.healthy(true);
            proxy.printed().await("is DOWN: (?s:.*)" + b.url() + " is UP: ");
            assertThat(status(url)).isEqualTo(200);
            assertThat(proxy.printed().toString().lines()).hasSize(6);

            proxy.stop();
            assertThat(proxy.printed().toString()).endsWith("proxy stopped\nevenkeel proxy: interrupted\n");
            assertThatThrownBy(() -> status(url)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void pessimistic_it_gives_no_request_to_what_no_probe_has_passed() throws Exception {
        a.healthy(false);
        b.healthy(false);
        try (CommandThread proxy = start("--start", "pessimistic")) {
            String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
            assertThat(status(url)).isEqualTo(503);
            assertThat(a.received() + b.received()).isZero();
            assertThat(proxy.stop()).isEqualTo(1);
        }
    }

    private CommandThread start(String... more) {
        String[] args = new String[6 + more.length];
        String[] first = {"proxy", "--listen", "127.0.0.1:0", "--backend", a.url(), b.url()};
        System.arraycopy(first, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        return CommandThread.start(args);
    }

    private int status(String url) throws Exception {
        Request request = new Request.Builder().url(url).build();
        try (Response response = client.newCall(request).execute()) {
            return response.code();
        }
    }
}
