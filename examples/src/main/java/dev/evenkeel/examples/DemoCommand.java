package dev.evenkeel.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells the demo's story. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Shows what it is for, in some ten seconds: three backends and a proxy, all in this process and on loopback.",
            "One backend dies and comes back, then all do. Each step is checked; a wrong outcome is exit code 1."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the spec before call()
final class DemoCommand implements Callable<Integer> {
    /** Several times what any change may take; only a failing demo waits so long. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Option(names = "--keep", description = "Stay up afterwards, and print curl lines to try, until Ctrl-C.")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<TestBackend> backends = Stream.of("a", "b", "c")
                .map(name -> TestBackend.of(BackendSettings.named(name)))
                .toList();
        return run(spec.commandLine().getOut(), backends, PATIENCE, keep);
    }

    /** Tells the story on these backends, closes them, and returns the exit code. */
    static int run(PrintWriter out, List<TestBackend> backends, Duration patience, boolean keep)
            throws IOException, InterruptedException {
        Story story = new Story(out);
        try (DemoStage stage = DemoStage.open(backends);
                Visitor visitor = new Visitor(stage.proxyUrl())) {
            Demo demo = new Demo(story, stage, visitor, patience);
            demo.tell();
            if (keep) {
                invite(story, stage);
                stage.proxy().balancer().addListener(new TransitionPrinter(out));
                Foreground.untilStopped(stage::close);
            }
            demo.end();
            return ExitCode.OK;
        } catch (DemoFailure e) {
            story.plain("");
            story.plain("The demo failed at step " + story.current() + ": " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private static void invite(Story story, DemoStage stage) {
        String first = stage.backends().get(0).url();
        story.step("Everything stays up until Ctrl-C; try, in another terminal");
        story.line("curl -i %s/", stage.proxyUrl());
        story.line("for i in 1 2 3 4 5 6; do curl -s %s/; done", stage.proxyUrl());
        story.line("curl -X POST '%s/admin/health?up=false'    # a leaves, though it still serves", first);
        story.line("curl -X POST '%s/admin/health?up=true'     # a comes back", first);
        story.line("Transitions show up here:");
    }
}
