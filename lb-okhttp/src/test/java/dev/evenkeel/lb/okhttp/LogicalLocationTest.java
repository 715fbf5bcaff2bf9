package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.File;
import java.io.IOException;
import java.util.List;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Cache;
import okhttp3.CertificatePinner;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects where URLs are rewritten. */
@Timeout(60)
class LogicalLocationTest extends PinnedServers {
    private static final Request ASKED = new Request.Builder()
            .url("http://" + NAME + "/a")
            .header("Authorization", "secret")
            .build();

    private static MockResponse end() {
        return new MockResponse.Builder().body("end").build();
    }

    private MockWebServer server(Answers answers) throws IOException {
        return plain(2, 0, Protocol.HTTP_1_1, answers);
    }

    private OkHttpClient client(OkHttpClient.Builder base, MockWebServer server, String prefix) {
        return wrapped(base, Transport.REWRITE, at("http", 2, server) + prefix);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void an_absolute_redirect_to_the_logical_host_stays_at_the_backend_and_keeps_the_authorization(int code)
            throws Exception {
        String location = "https://" + NAME + "/c?d=%2F#e";
        MockWebServer server = server(request -> switch (request.getTarget()) {
            case "/v2/a" -> redirect(code, "http://" + NAME + "/b");
            case "/v2/b" -> redirect(code, location);
            default -> end();
        });
        MockWebServer other = plain(
                3,
                0,
                Protocol.HTTP_1_1,
                request -> new MockResponse.Builder().body("another backend").build());
        OkHttpClient client =
                wrapped(base(), Transport.REWRITE, at("http", 2, server) + "/v2", at("http", 3, other) + "/v2");
        try (Response response = client.newCall(ASKED).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
            assertThat(response.request().url()).hasToString("http://" + NAME + "/c?d=%2F#e");
            Response middle = response.priorResponse();
            assertThat(middle.header("Location")).isEqualTo(location);
            assertThat(middle.networkResponse().header("Location")).isEqualTo(location);
            assertThat(middle.request().url()).hasToString("http://" + NAME + "/b");
            assertThat(middle.priorResponse().header("Location")).isEqualTo("http://" + NAME + "/b");
        }
        for (String target : List.of("/v2/a", "/v2/b", "/v2/c?d=%2F")) {
            RecordedRequest request = server.takeRequest();
            assertThat(request.getTarget()).isEqualTo(target);
            assertThat(request.getHeaders().get("Authorization")).isEqualTo("secret");
            assertThat(request.getConnectionIndex()).isZero();
        }
        assertThat(other.getRequestCount()).isZero();
        assertThat(looked).isEmpty();
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS);
    }

    @Test
    void a_path_that_begins_with_two_slashes_is_not_taken_for_a_host() throws Exception {
        MockWebServer server = server(
                request -> request.getTarget().equals("/a") ? redirect(302, "http://" + NAME + "//evil/x") : end());
        assertThat(get(client(base(), server, ""), ASKED)).isEqualTo("end");
        server.takeRequest();
        assertThat(server.takeRequest().getTarget()).isEqualTo("//evil/x");
        assertThat(looked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_third_host_is_called_without_the_authorization_and_leads_back(int code) throws Exception {
        MockWebServer third = plain(
                1,
                0,
                Protocol.HTTP_1_1,
                request -> redirect(code, "http://" + NAME + "/back")
                        .newBuilder()
                        .setHeader("Cache-Control", "max-age=60")
                        .build());
        String there = "http://elsewhere.test:" + third.getPort() + "/";
        MockWebServer server = server(request -> request.getTarget().equals("/a") ? redirect(code, there) : end());
        try (Response response = client(base(), server, "").newCall(ASKED).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
            assertThat(response.request().url()).hasToString("http://" + NAME + "/back");
            assertThat(response.priorResponse().header("Location")).isEqualTo("http://" + NAME + "/back");
            assertThat(response.priorResponse().header("Cache-Control")).isEqualTo("max-age=60");
            assertThat(response.priorResponse().request().url()).hasToString(there);
        }
        assertThat(third.takeRequest().getHeaders().get("Authorization")).isNull();
        server.takeRequest();
        assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
        assertThat(looked).containsExactly("elsewhere.test");
    }

    @Test
    void what_a_third_host_answers_is_not_kept_with_a_backends_url(@TempDir File directory) throws Exception {
        MockWebServer third = plain(
                1,
                0,
                Protocol.HTTP_1_1,
                request -> redirect(301, "http://" + NAME + "/back")
                        .newBuilder()
                        .setHeader("Cache-Control", "max-age=60")
                        .build());
        String there = "http://elsewhere.test:" + third.getPort() + "/";
        MockWebServer server = server(request -> request.getTarget().equals("/a") ? redirect(302, there) : end());
        try (Cache cache = new Cache(directory, 1 << 20)) {
            OkHttpClient client = client(base().cache(cache).followRedirects(true), server, "");
            assertThat(get(client, ASKED)).isEqualTo("end");
            OkHttpClient direct = client.newBuilder().followRedirects(false).build();
            try (Response response =
                    direct.newCall(new Request.Builder().url(there).build()).execute()) {
                assertThat(response.header("Location")).isEqualTo("http://" + NAME + "/back");
            }
        }
    }

    @Test
    void a_redirect_that_is_kept_leads_to_the_backend_that_gave_it(@TempDir File directory) throws Exception {
        MockWebServer server = server(request -> request.getTarget().equals("/v2/a")
                ? redirect(301, "http://" + NAME + "/b")
                        .newBuilder()
                        .setHeader("Cache-Control", "max-age=60")
                        .build()
                : end());
        try (Cache cache = new Cache(directory, 1 << 20)) {
            OkHttpClient client = client(base().cache(cache), server, "/v2");
            for (int i = 0; i < 2; i++) {
                assertThat(get(client, ASKED)).isEqualTo("end");
            }
        }
        assertThat(server.getRequestCount()).isEqualTo(3);
        assertThat(looked).isEmpty();
    }

    @Test
    void a_redirect_that_is_not_followed_is_seen_as_it_was_sent() throws Exception {
        MockWebServer server = server(request -> redirect(302, "http://" + NAME + "/b"));
        OkHttpClient client = client(base().followRedirects(false), server, "");
        try (Response response = client.newCall(ASKED).execute()) {
            assertThat(response.header("Location")).isEqualTo("http://" + NAME + "/b");
        }
    }

    @Test
    void a_port_of_the_logical_host_is_not_the_balancers() throws Exception {
        MockWebServer server = server(request -> redirect(302, "http://" + NAME + ":81/b"));
        OkHttpClient client = client(base(), server, "");
        assertThatThrownBy(() -> get(client, ASKED)).isInstanceOf(IOException.class);
        assertThat(looked).containsExactly(NAME);
    }

    @Test
    void pins_of_the_logical_host_need_a_backend_with_a_certificate() throws Exception {
        MockWebServer server = server(request -> end());
        OkHttpClient client = client(pinning(base(), NAME, CERTIFICATE), server, "");
        assertThat(get(client, ASKED))
                .as("nor would OkHttp check them for http")
                .isEqualTo("end");
        assertThatThrownBy(() -> get(client))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("certificates are pinned for orders.test, and that backend has none");
        assertThat(orders.kinds()).containsExactly(Kind.SUCCESS, Kind.IGNORED);
    }

    @Test
    void pins_of_the_backend_itself_must_be_the_same() {
        OkHttpClient.Builder base = base();
        base.certificatePinner(new CertificatePinner.Builder()
                .add(NAME, CertificatePinner.pin(CERTIFICATE.certificate()))
                .add("two.test", CertificatePinner.pin(OTHER.certificate()))
                .build());
        OkHttpClient client = wrapped(base, Transport.REWRITE, "https://two.test:81");
        assertThatThrownBy(() -> get(client))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other pins are given for two.test, and both cannot be checked");
        assertThat(orders.kinds()).containsExactly(Kind.IGNORED);
    }

    @Test
    void a_location_that_was_changed_in_an_attempt_is_not_taken_for_one_of_the_next() throws Exception {
        MockWebServer bad = server(request -> request.getTarget().equals("/a")
                ? redirect(302, "http://" + NAME + "/b")
                : new MockResponse.Builder().code(503).build());
        MockWebServer good = plain(
                3, 0, Protocol.HTTP_1_1, request -> request.getTarget().equals("/a") ? redirect(302, "/b") : end());
        OkHttpClient client = wrapped(base(), Transport.REWRITE, at("http", 2, bad), at("http", 3, good));
        try (Response response = client.newCall(ASKED).execute()) {
            assertThat(response.body().string()).isEqualTo("end");
            assertThat(response.priorResponse().header("Location")).isEqualTo("/b");
        }
        assertThat(orders.kinds()).containsExactly(Kind.FAILURE, Kind.SUCCESS);
    }

    @Test
    void another_host_that_an_interceptor_goes_to_after_the_balancer_is_left_alone() throws Exception {
        MockWebServer other = plain(
                1,
                0,
                Protocol.HTTP_1_1,
                request -> redirect(301, "http://" + NAME + "/back")
                        .newBuilder()
                        .setHeader("Cache-Control", "max-age=60")
                        .build());
        Request there = new Request.Builder()
                .url("http://elsewhere.test:" + other.getPort() + "/")
                .build();
        OkHttpClient.Builder base = base().followRedirects(false).addInterceptor(chain -> {
            chain.proceed(chain.request()).close();
            return chain.proceed(there);
        });
        MockWebServer server = server(request -> end());
        try (Response response = client(base, server, "").newCall(ASKED).execute()) {
            assertThat(response.header("Location")).isEqualTo("http://" + NAME + "/back");
            assertThat(response.header("Cache-Control")).isEqualTo("max-age=60");
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }
}
