package dev.evenkeel.lb.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void what_json_or_a_line_cannot_hold_is_escaped() {
        assertThat(quoted("\" \\ / \b \f \n \r \t \0 \u001f \u007f \u0085 \u2028 \u2029"))
                .isEqualTo(
                        "\"\\\" \\\\ / \\u0008 \\u000c \\n \\r \\t \\u0000 \\u001f \\u007f \\u0085 \\u2028 \\u2029\"");
    }

    @Test
    void letters_of_every_plane_stay_as_they_are() {
        assertThat(quoted("é 漢 😀")).isEqualTo("\"é 漢 😀\"");
    }

    @Test
    void half_a_pair_is_escaped_wherever_it_stands() {
        assertThat(quoted("\uD83D")).isEqualTo("\"\\ud83d\"");
        assertThat(quoted("\uDE00")).isEqualTo("\"\\ude00\"");
        assertThat(quoted("\uD83D\uD83D\uDE00\uDE00")).isEqualTo("\"\\ud83d\uD83D\uDE00\\ude00\"");
    }

    @Test
    void every_char_comes_out_as_text_that_utf_8_can_carry() {
        for (int c = 0; c <= 0xFFFF; c++) {
            String json = quoted("a" + (char) c + "b");
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(CharBuffer.wrap(json)))
                    .as("char %x", c)
                    .isTrue();
            assertThat(json.chars().noneMatch(Character::isISOControl))
                    .as("char %x", c)
                    .isTrue();
        }
    }

    @Test
    void commas_stand_between_and_nowhere_else() {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("a", 1)
                .field("b:", "[")
                .name("c")
                .beginArray()
                .value("{")
                .value(null)
                .beginObject()
                .endObject()
                .endArray()
                .field("d", true)
                .field("e", 0.5)
                .endObject();
        assertThat(json).hasToString("{\"a\":1,\"b:\":\"[\",\"c\":[\"{\",null,{}],\"d\":true,\"e\":0.5}");
    }

    @Test
    void a_number_that_json_has_no_word_for_is_refused() {
        assertThatThrownBy(() -> new JsonWriter().beginObject().field("share", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("share must be finite, was NaN");
    }

    private static String quoted(String text) {
        return new JsonWriter().value(text).toString();
    }
}
