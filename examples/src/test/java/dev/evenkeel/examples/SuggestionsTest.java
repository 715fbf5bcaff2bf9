package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionsTest {
    @ParameterizedTest
    @CsvSource({
        "demo, demo, 0",
        "dmeo, demo, 1",
        "Demo, demo, 0",
        "dem, demo, 1",
        "demon, demo, 1",
        "dame, demo, 2",
        "'', demo, 4",
        "ca, abc, 3"
    })
    void distance_counts_edits_and_swaps(String a, String b, int expected) {
        assertThat(Suggestions.distance(a, b)).isEqualTo(expected);
        assertThat(Suggestions.distance(b, a)).isEqualTo(expected);
    }

    @Test
    void all_words_that_are_equally_near_are_suggested() {
        assertThat(Suggestions.near("--rice", List.of("--rise", "--ride", "--fall")))
                .containsExactly("--ride", "--rise");
    }

    @Test
    void a_word_that_is_like_no_other_has_no_suggestion() {
        assertThat(Suggestions.near("launch", List.of("demo", "proxy"))).isEmpty();
        assertThat(Suggestions.near("x", List.of())).isEmpty();
    }
}
