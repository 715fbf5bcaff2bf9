package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.logging.HttpLoggingInterceptor;
import okhttp3.logging.HttpLoggingInterceptor.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code HttpLoggingInterceptor} in its three places: outside of ours, inside, and on the network. */
@Timeout(60)
class LoggingTest extends BalancedCalls {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private HttpLoggingInterceptor logging(Level level) {
        HttpLoggingInterceptor made = new HttpLoggingInterceptor(lines::add);
        made.setLevel(level);
        return made;
    }

    private void assertAnsweredInFull(OkHttpClient client) throws IOException {
        try (Response response = client.newCall(POST).execute()) {
            assertThat(response.body().string()).isEqualTo("ok");
            assertThat(response.request().url()).isEqualTo(POST.url());
        }
        assertOutcomes(Kind.SUCCESS);
        assertThat(server.heads).hasSize(1);
    }

    private List<String> firstLines() {
        return lines.stream()
                .filter(line -> line.startsWith("--> POST") || line.startsWith("<-- 200"))
                .map(line -> line.replaceFirst(" \\(.*", "").replaceFirst(" http/1.1$", ""))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void before_ours_it_logs_the_logical_url(Level level) throws IOException {
        assertAnsweredInFull(client(RawServer.answering(OK), builder -> builder.addInterceptor(logging(level))));
        if (level != Level.NONE) {
            assertThat(firstLines()).containsExactly("--> POST http://orders/", "<-- 200 OK http://orders/");
        }
        assertThat(String.join("\n", lines)).doesNotContain("127.0.0.1");
    }

    @ParameterizedTest
    @EnumSource
    void on_the_network_it_logs_the_backends_url(Level level) throws IOException {
        assertAnsweredInFull(client(RawServer.answering(OK), builder -> builder.addNetworkInterceptor(logging(level))));
        if (level != Level.NONE) {
            assertThat(firstLines())
                    .containsExactly("--> POST " + server.url() + "/", "<-- 200 OK " + server.url() + "/");
        }
        assertThat(String.join("\n", lines)).doesNotContain("//orders");
    }

    @Test
    void after_ours_it_logs_the_backends_url() throws IOException {
        OkHttpClient client =
                answering(OK).newBuilder().addInterceptor(logging(Level.BASIC)).build();
        assertAnsweredInFull(client);
        assertThat(firstLines()).containsExactly("--> POST " + server.url() + "/", "<-- 200 OK " + server.url() + "/");
    }

    @Test
    void body_that_is_logged_before_ours_is_read_by_then() throws IOException {
        OkHttpClient client = client(RawServer.answering(OK), builder -> builder.addInterceptor(logging(Level.BODY)));
        try (Response response = client.newCall(GET).execute()) {
            assertOutcomes(Kind.SUCCESS);
            assertThat(lines).contains("ok");
            assertThat(response.body().string()).isEqualTo("ok");
        }
    }

    @Test
    void failure_is_logged_under_the_logical_url_and_counted_once() throws IOException {
        OkHttpClient client = client(
                RawServer.running(connection -> connection.readHead()),
                builder -> builder.retryOnConnectionFailure(false).addInterceptor(logging(Level.BASIC)));
        assertThatThrownBy(() -> client.newCall(POST).execute()).isInstanceOf(IOException.class);
        assertThat(lines).hasSize(2).last().asString().startsWith("<-- HTTP FAILED: ");
        assertOutcomes(Kind.FAILURE);
    }
}
