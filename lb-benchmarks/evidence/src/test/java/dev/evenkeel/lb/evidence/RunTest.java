package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, in which the measuring programs are stand-ins in processes of their own. */
final class RunTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... more) throws IOException, InterruptedException {
        String[] base = {
            "--smoke",
            "--root",
            directory.toString(),
            "--out",
            directory.resolve("out").toString()
        };
        String[] all = new String[base.length + more.length];
        System.arraycopy(base, 0, all, 0, base.length);
        System.arraycopy(more, 0, all, base.length, more.length);
        return Run.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                all);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_smoke_run_keeps_a_sample_of_every_cell_and_draws_the_page() throws IOException, InterruptedException {
        FakeTree.in(directory, "armeria", "evenkeel", "vertx");

        assertThat(run()).as(err()).isZero();

        Evidence evidence = Json.read(directory.resolve("out/benchmarks.json"));
        // Two subjects each of ours and of one more peer: both on 1 thread, and the one that takes turns also on 2
        // threads
        // and with accounting.
        assertThat(evidence.subjects())
                .extracting(Subject::subject)
                .containsExactly("Evenkeel/turns", "Evenkeel/luck", "Other/turns", "Other/luck");
        assertThat(evidence.samples()).hasSize(2 * (2 + 1 + 1));
        assertThat(evidence.samples()).allSatisfy(sample -> {
            assertThat(sample.nanos()).isEqualTo(7);
            assertThat(sample.iterations()).containsExactly(6.0, 8.0);
            assertThat(sample.round()).isEqualTo(1);
        });
        assertThat(evidence.races()).extracting(RaceRow::race).containsExactly("steady", "moving", "steady", "moving");
        assertThat(evidence.costs().calls()).extracting(CallRow::client).containsExactly("bare", "rewrite");
        assertThat(evidence.costs().scale()).hasSize(1);
        assertThat(Files.readString(directory.resolve("out/benchmarks.md"))).contains("Its numbers mean nothing");
        assertThat(directory.resolve("out/benchmarks/pick-1-thread.svg")).isRegularFile();
    }

    @Test
    void what_is_kept_names_no_path_and_no_user() throws IOException, InterruptedException {
        FakeTree.in(directory, "evenkeel");
        assertThat(run()).as(err()).isZero();
        assertThat(Files.readString(directory.resolve("out/benchmarks.json")))
                .doesNotContain(directory.toString())
                .doesNotContain(System.getProperty("user.home"))
                .doesNotContain(System.getProperty("user.dir"));
    }

    @Test
    void each_step_is_a_line_with_the_time_left() throws IOException, InterruptedException {
        FakeTree.in(directory, "evenkeel");
        assertThat(run()).as(err()).isZero();
        List<String> lines = out().lines().toList();
        assertThat(lines.get(0)).startsWith("smoke: 2 subjects of 1 peers; 1 × 4 forks; takes about ");
        assertThat(lines.subList(1, lines.size() - 1))
                .hasSize(1 + 2 + 4)
                .allSatisfy(line -> assertThat(line).matches("\\[\\d/7] .*; .* left"));
        assertThat(lines.get(lines.size() - 1)).startsWith("wrote ");
    }

    @Test
    void a_program_that_fails_ends_the_run_and_what_it_said_is_shown() throws IOException, InterruptedException {
        FakeTree.in(directory, "evenkeel", "broken");
        assertThat(run()).isEqualTo(1);
        assertThat(err())
                .contains("org.openjdk.jmh.Main PeersBenchmark.pick$")
                .contains("ended with status 3, and said:\na fork went wrong\nthe reason");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void a_peer_that_is_not_built_is_named_with_those_that_are() throws IOException, InterruptedException {
        FakeTree.in(directory, "evenkeel", "grpc");
        assertThat(run("--peers", "grpc,unbuilt")).isEqualTo(2);
        assertThat(err())
                .startsWith("run: --peers: no unbuilt among the peers that are built: [evenkeel, grpc]")
                .contains("usage: lb-benchmarks/run");
    }

    @Test
    void a_program_that_hangs_is_ended_and_leaves_no_process() throws IOException {
        Path jar = FakeTree.jar(directory.resolve("hangs.jar"));
        Path work;
        try (Children children = Children.within(Duration.ofSeconds(2))) {
            work = children.work();
            assertThatThrownBy(() -> children.run(jar, List.of("dev.evenkeel.lb.benchmarks.Hangs")))
                    .isInstanceOf(ChildFailedException.class)
                    .hasMessageContaining("Hangs did not end within 2 s");
            assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                    .isEmpty();
            assertThat(work).isDirectory();
        }
        assertThat(work).doesNotExist();
    }
}
