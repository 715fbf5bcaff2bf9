package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                          | which command? There are demo, quickstart, retrofit, websocket, backend, proxy",
                "dmeo                                        | unknown command dmeo; did you mean demo?",
                "launch                                      | unknown command launch (",
                "demo --kep                                  | unknown option --kep; did you mean --keep?",
                "demo now                                    | now is one argument too many",
                "backend                                     | Missing required option: '--port=N'",
                "backend --port x                            | 'x' is not an int",
                "backend --port 99999                        | port must be 0 (any free one) to 65535, was 99999",
                "backend --port 0 --delay -5s                | was \"-5s\"",
                "backend --port 0 --delay 5                  | such as 500ms, 10s or 1m, was \"5\"",
                "backend --port 0 --status 42                | status must be 200 to 599, was 42",
                "backend --port 0 --health-path up           | health path must begin with /",
                "backend --port 0 --health-path /admin/health| health path must not be /admin/health",
                "backend --port 0 --name ''                  | backend name must be printable ASCII, not blank, was \"\"",
                "proxy                                       | Missing required option: '--backend=URL'",
                "proxy --backand http://a                    | unknown option --backand; did you mean --backend?",
                "proxy --backend http://a --helth-path /x    | unknown option --helth-path; did you mean --health-path?",
                "proxy --backend a:80                        | not a usable endpoint: \"a:80\"",
                "proxy --backend ftp://a                     | its scheme must be http or https, was ftp",
                "proxy --backend http://u:secret@a           | it must have no user-info",
                "proxy --backend http://a#f                  | it must have no query and no fragment, had #f",
                "proxy --backend http://a http://a:80        | backend http://a:80 was given twice",
                "proxy --backend http://a --health-timeout 20s | probe timeout must not be longer than the probe interval",
                "proxy --backend http://a --health-interval 0s | probe interval must be between",
                "proxy --backend http://a --health-path up   | a health check's path must begin with \"/\", was \"up\"",
                "proxy --backend http://a --rise 0           | rise must be 1 to 1000, was 0",
                "proxy --backend http://a --fall -1          | fall must be 1 to 1000, was -1",
                "proxy --backend http://a --start pesimistic | 'pesimistic'",
                "proxy --backend http://a --grace -1s        | was \"-1s\"",
                "proxy --backend http://a --listen 8080      | listen address must be host:port",
                "proxy --backend http://a --trusted-proxy x  | not a usable CIDR block: \"x\"",
                "proxy --backend http://a --host other       | 'other'",
            })
    void bad_input_gets_one_line_that_names_it_and_exit_code_2(String args, String said) {
        CommandRun run = CommandRun.of(Arrays.stream(args.split(" +"))
                .filter(arg -> !arg.isEmpty())
                .map(arg -> arg.replace("''", ""))
                .toArray(String[]::new));
        assertThat(run.err())
                .contains(said)
                .hasLineCount(1)
                .startsWith("evenkeel")
                .doesNotContain("secret");
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "quickstart", "retrofit", "websocket", "backend", "proxy"})
    void every_command_explains_itself(String command) {
        CommandRun run = CommandRun.of((command + " --help").strip().split(" "));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: evenkeel").contains(command).contains("--version");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void every_setting_of_the_proxy_is_in_its_help() {
        assertThat(CommandRun.of("proxy", "--help").out())
                .contains(
                        "--listen",
                        "--backend",
                        "--health-path",
                        "--health-interval",
                        "--health-timeout",
                        "--rise",
                        "--fall",
                        "--start",
                        "--grace",
                        "--trusted-proxy",
                        "--host")
                .doesNotContain("${");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "proxy --version"})
    void the_version_is_the_builds(String args) {
        CommandRun run = CommandRun.of(args.split(" "));
        assertThat(run.out()).matches("evenkeel [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)? on Java .*\\R");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void a_port_that_is_taken_is_one_line_and_exit_code_1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            CommandRun backend = CommandRun.of("backend", "--port", port);
            assertThat(backend.exitCode()).isEqualTo(1);
            assertThat(backend.err()).hasLineCount(1).contains("127.0.0.1:" + port, "Address already in use");

            CommandRun proxy =
                    CommandRun.of("proxy", "--backend", "http://127.0.0.1:1", "--listen", "127.0.0.1:" + port);
            assertThat(proxy.exitCode()).isEqualTo(1);
            assertThat(proxy.err()).hasLineCount(1).contains("127.0.0.1:" + port);
        }
    }
}
