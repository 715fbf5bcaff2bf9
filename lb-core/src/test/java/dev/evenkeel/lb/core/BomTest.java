package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a user imports names every module that is published, in the version of this build. */
class BomTest {
    private static final Set<String> UNPUBLISHED = Set.of("lb-benchmarks", "lb-bom", "examples");

    @Test
    void it_names_every_published_module() throws Exception {
        List<String> published = texts("pom.xml", "module").stream()
                .filter(module -> !UNPUBLISHED.contains(module))
                .toList();
        List<String> named = texts("lb-bom/pom.xml", "artifactId");
        assertThat(published).contains("lb-api", "lb-core");
        assertThat(named.get(0)).isEqualTo("lb-bom");
        assertThat(named.subList(1, named.size())).containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void it_has_the_version_of_the_build_and_no_parent_to_leak_others() throws Exception {
        List<String> versions = texts("lb-bom/pom.xml", "version");
        assertThat(versions.get(0)).isEqualTo(texts("pom.xml", "version").get(0));
        assertThat(versions.subList(1, versions.size())).containsOnly("${project.version}");
        assertThat(Files.readString(Path.of("..", "lb-bom", "pom.xml"))).doesNotContain("<parent>");
    }

    /** Up to the end of what is managed; what follows is how it is built. */
    private static List<String> texts(String pom, String element) throws Exception {
        String text = Files.readString(Path.of("..").resolve(pom));
        return Pattern.compile("<" + element + ">([^<]*)</" + element + ">")
                .matcher(text.substring(0, text.indexOf("</dependencyManagement>")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
