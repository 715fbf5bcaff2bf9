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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void it_leaves_a_worse_tier_and_another_zone_alone_while_it_need_not_use_them() throws Exception {
        try (CommandThread proxy =
                CommandThread.start("proxy", "--listen", "127.0.0.1:0", "--backend", a.url() + ";tier=1", b.url())) {
            String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
            for (int i = 0; i < 10; i++) {
                assertThat(status(url)).isEqualTo(200);
            }
            assertThat(a.received()).isZero();
        }
        String[] zoned = {a.url() + ";zone=x", b.url() + ";zone=y"};
        try (CommandThread proxy = CommandThread.start(
                "proxy", "--listen", "127.0.0.1:0", "--zone", "x", "--backend", zoned[0], zoned[1])) {
            String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
            for (int i = 0; i < 10; i++) {
                assertThat(status(url)).isEqualTo(200);
            }
            assertThat(a.received()).isEqualTo(10);
            assertThat(b.received()).as("those of the first proxy").isEqualTo(10);
        }
    }

    @Test
    void it_honours_weights_of_its_backends() throws Exception {
        try (CommandThread proxy =
                CommandThread.start("proxy", "--listen", "127.0.0.1:0", "--backend", a.url() + ";weight=3", b.url())) {
            String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
            for (int i = 0; i < 40; i++) {
                assertThat(status(url)).isEqualTo(200);
            }
            assertThat(a.received()).isEqualTo(30);
            assertThat(b.received()).isEqualTo(10);
        }
    }

    @Test
    void with_outlier_detection_it_leaves_out_who_fails_although_its_health_checks_pass() throws Exception {
        try (TestBackend bad = TestBackend.of(BackendSettings.named("bad").withStatus(500))) {
            bad.start();
            try (CommandThread proxy = CommandThread.start(
                    "proxy", "--listen", "127.0.0.1:0", "--outlier-detection", "--backend", a.url(), bad.url())) {
                String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
                for (int i = 0; i < 10; i++) {
                    status(url);
                }
                proxy.printed().await(bad.url() + " is EJECTED: 5 failures in a row, for ");
                for (int i = 0; i < 10; i++) {
                    assertThat(status(url)).isEqualTo(200);
                }
                assertThat(bad.received()).isEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"round-robin", "weighted-round-robin", "random", "least-request", "peak-ewma", "consistent-hash"
            })
    void it_takes_every_policy_by_name(String policy) throws Exception {
        try (CommandThread proxy = start("--policy", policy)) {
            String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
            for (int i = 0; i < 40; i++) {
                assertThat(status(url + "/" + i)).isEqualTo(200);
            }
            assertThat(a.received()).isPositive();
            assertThat(b.received()).isPositive();
        }
    }

    @Test
    void a_hash_keeps_one_path_at_one_backend() throws Exception {
        try (CommandThread proxy = start("--policy", "consistent-hash")) {
            String url = "http://" + proxy.printed().await("proxy listens on (\\S+),");
            for (int i = 0; i < 10; i++) {
                assertThat(status(url + "/one/path")).isEqualTo(200);
            }
            assertThat(Math.max(a.received(), b.received())).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                --policy   | robin                      | policy must be one of round-robin, weighted-round-robin, random, least-request, peak-ewma, consistent-hash, was "robin"
                --hash-key | body                       | hash key must be path, header:NAME or cookie:NAME, was "body"
                --backend  | http://c:1;weight=0        | weight must be 1 to 1000000, was 0 for http://c:1
                --backend  | http://c:1;colour=red      | its labels must be weight, zone or tier, was colour
                --zone     | a/b                        | zone must be 1 to 63 letters, digits, '.', '-' or '_', was "a/b"
                """)
    void a_value_that_cannot_be_is_refused_with_its_rule(String option, String value, String rule) throws Exception {
        try (CommandThread proxy = start(option, value)) {
            assertThat(proxy.stop()).isNotZero();
            assertThat(proxy.printed().toString()).contains(rule);
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
