package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines are those that the measuring programs print. */
final class JsonTest {
    @Test
    void a_subject_is_read_among_lines_that_are_no_rows() throws IOException {
        List<String> lines = List.of(
                "WARNING: something of a peer's",
                "{\"subject\":\"gRPC-Java/round_robin\",\"peer\":\"gRPC-Java\",\"version\":\"1.85.1\",\"policy\":\"round_robin\","
                        + "\"family\":\"ROUND_ROBIN\",\"accounts\":true,\"marks\":false}");
        assertThat(Json.rows(lines, Subject.class))
                .containsExactly(new Subject(
                        "gRPC-Java/round_robin",
                        "gRPC-Java",
                        "1.85.1",
                        "round_robin",
                        Family.ROUND_ROBIN,
                        true,
                        false));
    }

    @Test
    void a_race_a_call_and_a_size_are_read() throws IOException {
        assertThat(Json.rows(
                        List.of(
                                "{\"section\":\"races\",\"subject\":\"gRPC-Java/round_robin\",\"race\":\"steady\","
                                        + "\"backends\":3,\"threads\":4,\"patterns\":7,\"picks\":1000000,\"none\":25,\"busiest\":1.01}"),
                        RaceRow.class))
                .containsExactly(new RaceRow("gRPC-Java/round_robin", "steady", 3, 4, 7, 1_000_000, 25, 1.01));
        assertThat(Json.rows(
                        List.of(
                                "{\"section\":\"calls\",\"client\":\"rewrite\",\"callers\":8,\"round\":1,\"cpuMicros\":12.3,"
                                        + "\"bytes\":8500,\"p50Micros\":80.1,\"p99Micros\":190.0}"),
                        CallRow.class))
                .containsExactly(new CallRow("rewrite", 8, 1, 12.3, 8_500, 80.1, 190));
        assertThat(Json.rows(
                        List.of(
                                "{\"section\":\"scale\",\"what\":\"build, round robin\",\"backends\":1000,\"unit\":\"us\","
                                        + "\"median\":3.5,\"least\":3,\"most\":9}"),
                        ScaleRow.class))
                .containsExactly(new ScaleRow("build, round robin", 1_000, "us", 3.5, 3, 9));
    }

    @Test
    void a_row_without_a_field_is_an_error_that_names_it() {
        assertThatThrownBy(() -> Json.rows(List.of("{\"what\":\"build\",\"backends\":10}"), ScaleRow.class))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("unit");
    }

    @Test
    void what_is_written_is_read_back_the_same_with_a_line_for_each_sample() throws IOException {
        Evidence evidence = Json.read(RenderTest.SMALL);
        String text = Json.text(evidence);
        assertThat(text.lines().filter(line -> line.contains("\"nanos\""))).hasSameSizeAs(evidence.samples());
        assertThat(text).isEqualTo(Files.readString(RenderTest.SMALL));
    }
}
