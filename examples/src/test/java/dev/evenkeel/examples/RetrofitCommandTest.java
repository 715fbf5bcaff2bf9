package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RetrofitCommandTest {
    private static final String EVEN =
            "a answered 10, b answered 10, c answered 10; each answer says it is from http://orders/";

    @Test
    void interface_calls_take_turns_under_the_logical_url_and_leave_out_the_dead() {
        CommandRun run = CommandRun.of("retrofit");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsSubsequence(
                        "1. Retrofit is given a wrapped client",
                        "2. 30 calls of an interface's method",
                        EVEN,
                        "3. 30 calls that post a body",
                        EVEN,
                        "4. 30 calls at once",
                        EVEN,
                        "5. Backend b is killed",
                        "a answered 15, c answered 15; each",
                        "Every step went as it must, and nothing is left in flight.");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void backend_with_the_wrong_status_ends_it_with_a_sentence_and_exit_code_1() throws Exception {
        StringWriter out = new StringWriter();
        int code = new RetrofitExample()
                .run(
                        new PrintWriter(out, true),
                        List.of(
                                TestBackend.of(BackendSettings.named("a")),
                                TestBackend.of(BackendSettings.named("b").withStatus(404)),
                                TestBackend.of(BackendSettings.named("c"))),
                        Duration.ofSeconds(5));
        assertThat(out.toString().lines().reduce((first, last) -> last))
                .contains("The example failed at step 2: 30 calls should have been answered by a, b, c in turns,"
                        + " but a answered 10, c answered 10, 10 failed with status 404");
        assertThat(code).isEqualTo(1);
    }
}
