package dev.evenkeel.lb.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the stories in src/test/resources/scenarios, and the table of docs/scenarios.md, to what the balancer really does.
 * {@code -Dscenarios.write=true} writes what this run did into them. Nothing in them is left to chance: {@code
 * -Dscenarios.runs=200} shows it.
 */
class ScenariosTest {
    private static final boolean WRITE = Boolean.getBoolean("scenarios.write");
    private static final int RUNS = Integer.getInteger("scenarios.runs", 1);
    private static final Path STORIES = Path.of("src", "test", "resources", "scenarios");
    private static final Path PAGE = Path.of("..", "docs", "scenarios.md");

    @ParameterizedTest
    @EnumSource(Incident.class)
    void each_goes_as_it_is_written(Incident incident) throws IOException {
        Path file = STORIES.resolve(incident.title().replace(' ', '-') + ".txt");
        for (int run = 0; run < RUNS; run++) {
            String text = incident.title() + ": " + incident.what() + "\n\n"
                    + play(incident).stream().map(Story::text).collect(Collectors.joining("\n"));
            if (WRITE && run == 0) {
                Files.writeString(file, text);
            }
            assertThat(text).isEqualTo(Files.readString(file));
        }
    }

    @Test
    void the_page_shows_the_figures() throws IOException {
        assertPage(
                "scenarios",
                Arrays.stream(Incident.values())
                        .flatMap(incident -> play(incident).stream())
                        .map(Story::row));
    }

    @Test
    void the_page_says_what_goes_wrong() throws IOException {
        assertPage(
                "what",
                Arrays.stream(Incident.values())
                        .map(incident -> "| " + incident.title() + " | " + incident.what() + " |"));
    }

    private static void assertPage(String table, Stream<String> rows) throws IOException {
        String expected = rows.map(row -> row + "\n").collect(Collectors.joining());
        Pattern place =
                Pattern.compile("(<!-- " + table + " -->\n[^\n]*\n[^\n]*\n)(.*?)(<!-- end -->)", Pattern.DOTALL);
        Matcher found = place.matcher(Files.readString(PAGE));
        assertThat(found.find()).as("the page has a table for %s", table).isTrue();
        if (WRITE) {
            Files.writeString(PAGE, found.replaceFirst(all -> all.group(1) + expected + all.group(3)));
        } else {
            assertThat(found.group(2)).isEqualTo(expected);
        }
    }

    private static List<Story> play(Incident incident) {
        return incident.settings().stream().map(incident::play).toList();
    }
}
