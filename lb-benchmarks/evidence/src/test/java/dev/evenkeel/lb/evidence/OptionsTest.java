package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {
    @Test
    void without_options_it_is_quick_and_writes_to_docs() throws UsageException {
        Options options = Options.parse();
        assertThat(options.form()).isEqualTo(Form.QUICK);
        assertThat(options.peers()).isEmpty();
        assertThat(options.out()).isEqualTo(Path.of("docs"));
        assertThat(options.available()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void what_the_build_took_is_taken_off_the_time() throws UsageException {
        Options options = Options.parse("--full", "--minutes", "20", "--spent", "90", "--peers", "grpc,evenkeel");
        assertThat(options.form()).isEqualTo(Form.FULL);
        assertThat(options.available()).isEqualTo(Duration.ofSeconds(20 * 60 - 90));
        assertThat(options.peers()).containsExactly("grpc", "evenkeel");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--quik | no such option: --quik",
                "--peers | --peers needs a value",
                "--peers --full | --peers needs a value, was followed by --full",
                "--peers a,,b | --peers needs directories with a comma between, was 'a,,b'",
                "--minutes 0 | --minutes must be a whole number from 1 on, was '0'",
                "--minutes ten | --minutes must be a whole number from 1 on, was 'ten'",
                "--minutes 99999999999 | --minutes must be a whole number from 1 on, was '99999999999'",
                "--smoke | --smoke needs --out DIR, so that its numbers do not take the place of real ones",
            })
    void a_bad_option_is_named_with_its_value_and_the_rule(String line, String message) {
        assertThatThrownBy(() -> Options.parse(line.split(" ", -1)))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
