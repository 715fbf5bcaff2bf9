package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
    @Test
    void the_readme_shows_the_lines_that_the_quickstart_runs() throws IOException {
        String shown = between("../README.md", "<!-- quickstart -->\\R```java\\R(.*?)```");
        String run = between(
                "src/main/java/dev/evenkeel/examples/Quickstart.java",
                " // quickstart begin\\R(.*?) +// quickstart end");
        assertThat(run.stripTrailing().stripIndent()).isEqualTo(shown.stripTrailing());
    }

    @Test
    void the_quickstarts_backends_are_where_its_lines_expect_them() throws IOException {
        String shown = between("../README.md", "<!-- quickstart -->\\R```java\\R(.*?)```");
        for (int port : Quickstart.PORTS) {
            assertThat(shown).contains("\"http://127.0.0.1:" + port + "\"");
        }
    }

    private static String between(String file, String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(Path.of(file)));
        assertThat(found.find()).as("%s has %s", file, pattern).isTrue();
        return found.group(1);
    }
}
