package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WebSocketCommandTest {
    @Test
    void web_sockets_take_turns_are_counted_while_open_and_leave_out_the_dead() {
        CommandRun run = CommandRun.of("websocket");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsSubsequence(
                        "1. A web socket is opened to ws://orders/chat",
                        "It is open as http://orders/chat, on backend ",
                        "2. Another one is opened, to http://orders/chat",
                        "It is open as http://orders/chat, on backend ",
                        "3. The second one is closed",
                        "It was closed with code 1000.",
                        "4. Backend ",
                        "is killed",
                        "It is open as http://orders/chat, on backend ",
                        "5. It is closed, too",
                        "It was closed with code 1000.",
                        "Every step went as it must, and nothing is left in flight.");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void backend_without_web_sockets_ends_it_with_exit_code_1() {
        StringWriter out = new StringWriter();
        TestBackend plain = TestBackend.of(BackendSettings.named("a"));
        assertThatThrownBy(() ->
                        new WebSocketExample().run(new PrintWriter(out, true), List.of(plain), Duration.ofSeconds(5)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no web socket at ws://orders/chat")
                .hasMessageContaining("200");
    }

    @Test
    void sockets_that_share_a_backend_end_it_with_a_sentence_and_exit_code_1() throws Exception {
        StringWriter out = new StringWriter();
        int code = new WebSocketExample()
                .run(
                        new PrintWriter(out, true),
                        List.of(TestBackend.chatting(BackendSettings.named("a"))),
                        Duration.ofSeconds(5));
        assertThat(out.toString().lines().reduce((first, last) -> last).orElseThrow())
                .startsWith("The example failed at step 2: backend a should have had 1 in flight within 5000 ms,"
                        + " but is up with 2 in flight");
        assertThat(code).isEqualTo(1);
    }
}
