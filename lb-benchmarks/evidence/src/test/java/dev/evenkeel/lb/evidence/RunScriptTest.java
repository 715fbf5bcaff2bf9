package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script refuses before it builds; {@code MVN} is a command that would fail. */
final class RunScriptTest {
    private record Ended(int status, String said) {}

    private static Ended run(List<String> arguments) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder("bash", "../run").redirectErrorStream(true);
        command.command().addAll(arguments);
        command.environment().put("MVN", "false");
        Process process = command.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--quik | no such option: --quik",
                "--peers | --peers needs a value",
                "--peers nobody | --peers: there is no lb-benchmarks/peers/nobody",
                "--minutes ten | --minutes must be a whole number from 1 on, was 'ten'",
            })
    void a_bad_option_is_named_with_the_usage(String line, String message) throws IOException, InterruptedException {
        Ended ended = run(List.of(line.split(" ", -1)));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.said()).startsWith("run: " + message + "\nusage: ");
    }

    @Test
    void a_build_that_fails_ends_it_with_1() throws IOException, InterruptedException {
        assertThat(run(List.of("--quick"))).isEqualTo(new Ended(1, "building\n"));
    }

    @Test
    void the_script_and_the_program_tell_the_same_usage() throws IOException, InterruptedException {
        assertThat(run(List.of("--help"))).isEqualTo(new Ended(0, Options.USAGE + "\n"));
    }
}
