package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoCommandTest {
    @Test
    @Timeout(30)
    void the_story_goes_well_and_tells_every_step() {
        CommandRun run = CommandRun.of("demo");
        assertThat(run.out())
                .containsSubsequence(
                        "1. Three backends start",
                        "2. 30 requests",
                        "a answered 10, b answered 10, c answered 10",
                        "3. Backend b is killed",
                        " is DOWN: ",
                        "refused",
                        "a answered 15, c answered 15",
                        "4. Backend b is started again",
                        " is UP: ",
                        "a answered 10, b answered 10, c answered 10",
                        "5. All three backends are killed",
                        "is a 503 in ",
                        "6. All three are started again",
                        "a answered 10, b answered 10, c answered 10",
                        "7. Everything stops",
                        "every step went as it must");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | The demo failed at step 2: 30 requests should have been answered by a, b, c in turns, but a answered"
                        + " 10, c answered 10, 10 failed with status 500",
                "204 | The demo failed at step 2: 30 requests should have been answered by a, b, c in turns, but a answered"
                        + " 10, c answered 10, 10 failed with status 204",
            })
    void a_backend_with_the_wrong_status_ends_it_with_exit_code_1(int status, String sentence) throws Exception {
        TestBackend wrong = TestBackend.of(BackendSettings.named("b").withStatus(status));
        CommandRun run = tell(backend("a"), wrong, backend("c"));
        assertThat(run.out().lines().reduce((first, last) -> last)).contains(sentence);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void a_backend_that_fails_its_health_check_ends_it_with_exit_code_1() throws Exception {
        TestBackend sick = backend("b");
        sick.healthy(false);
        CommandRun run = tell(backend("a"), sick, backend("c"));
        assertThat(run.out())
                .containsPattern("The demo failed at step 1: (\\w, )*b(, \\w)* should have been UP,"
                        + " but demo: http://\\S+ is DOWN: first probe failed: HTTP 503");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void a_backend_that_comes_back_sick_ends_it_with_exit_code_1() throws Exception {
        TestBackend sick = backend("b");
        StringWriter out = new StringWriter() {
            @Override
            public void write(String text, int offset, int length) {
                super.write(text, offset, length);
                if (text.contains("Backend b is started again")) {
                    sick.healthy(false);
                }
            }
        };
        CommandRun run = tell(out, backend("a"), sick, backend("c"));
        assertThat(run.out())
                .contains("The demo failed at step 4: b should have been UP within 5 s, but nothing changed");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void kept_up_it_prints_lines_to_try_and_goes_on_telling_transitions() throws Exception {
        try (CommandThread demo = CommandThread.start("demo", "--keep")) {
            String proxy = demo.printed().await("curl -i (http\\S+)");
            String turn = demo.printed().await("curl -X POST '(http\\S+=false)'");
            OkHttpClient client = new OkHttpClient();
            assertThat(status(client, new Request.Builder().url(proxy))).isEqualTo(200);
            assertThat(status(client, new Request.Builder().url(turn).post(RequestBody.EMPTY)))
                    .isEqualTo(200);
            demo.printed().await("Transitions show up here:\\R[0-9:.]+ demo: \\S+ is DOWN: .*HTTP 503");
            client.connectionPool().evictAll();
            assertThat(demo.stop()).isEqualTo(1);
        }
    }

    private static int status(OkHttpClient client, Request.Builder request) throws Exception {
        try (Response response = client.newCall(request.build()).execute()) {
            return response.code();
        }
    }

    private static TestBackend backend(String name) {
        return TestBackend.of(BackendSettings.named(name));
    }

    private static CommandRun tell(TestBackend... backends) throws Exception {
        return tell(new StringWriter(), backends);
    }

    private static CommandRun tell(StringWriter out, TestBackend... backends) throws Exception {
        int code = DemoCommand.run(new PrintWriter(out, true), List.of(backends), Duration.ofSeconds(5), false);
        return new CommandRun(code, out.toString(), "");
    }
}
