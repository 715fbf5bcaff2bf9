package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The smoke form over the real programs, in the jar as it is run. What it measures in so short a time means nothing. */
final class EvidenceIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path OUT = Path.of("target/smoke").toAbsolutePath();
    private static final long WATCHDOG_MINUTES = 5;

    @Test
    void a_smoke_run_of_the_real_programs_draws_a_page_with_all_sections() throws IOException, InterruptedException {
        Path said = Files.createDirectories(OUT).resolve("said.txt");
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        Path.of("target/evidence.jar").toString(),
                        "--smoke",
                        "--root",
                        ROOT.toString(),
                        "--out",
                        OUT.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(run.waitFor(WATCHDOG_MINUTES, TimeUnit.MINUTES))
                    .as(Files.readString(said))
                    .isTrue();
        } finally {
            run.descendants().forEach(ProcessHandle::destroyForcibly);
            run.destroyForcibly();
        }
        assertThat(run.exitValue()).as(Files.readString(said)).isZero();

        Evidence evidence = Json.read(OUT.resolve("benchmarks.json"));
        assertThat(evidence.subjects()).anyMatch(Subject::ours).anyMatch(subject -> !subject.ours());
        assertThat(evidence.samples()).isNotEmpty().allMatch(sample -> sample.nanos() > 0);
        assertThat(evidence.races()).isNotEmpty().allMatch(race -> race.picks() > 0);
        assertThat(evidence.costs().calls()).isNotEmpty();
        assertThat(evidence.costs().scale()).isNotEmpty();
        List<String> pages = Files.readAllLines(OUT.resolve("benchmarks.md"));
        assertThat(pages)
                .contains("## Where a peer beats us", "## Picks", "## Races", "## A call of OkHttp", "## Scale");
    }
}
