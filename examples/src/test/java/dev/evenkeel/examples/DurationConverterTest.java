package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationConverterTest {
    @ParameterizedTest
    @CsvSource({"0ms, PT0S", "500ms, PT0.5S", "10s, PT10S", "1m, PT1M", "2h, PT2H", "999999999h, PT999999999H"})
    void reads_a_number_with_a_unit(String text, Duration expected) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-5s", "+5s", "1.5s", "10 s", "10S", "1d", "1m30s", "9999999999s"})
    void names_the_value_and_the_rule_of_anything_else(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("a whole number and a unit of ms, s, m or h");
    }
}
