package dev.evenkeel.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ExitCode;

/** An example that tells what it does and checks each step of it. */
interface Tale {
    /** Several times what any change may take; only a failing example waits so long. */
    Duration PATIENCE = Duration.ofSeconds(10);

    /** Tells it to the end. */
    void tell(Story story, WrappedStage stage) throws DemoFailure, IOException, InterruptedException;

    /** Tells it on these backends, closes everything, and returns the exit code. */
    default int run(PrintWriter out, List<TestBackend> backends, Duration patience)
            throws IOException, InterruptedException {
        Story story = new Story(out);
        try (WrappedStage stage = WrappedStage.open(backends, patience)) {
            try {
                stage.awaitAllUp();
                tell(story, stage);
                for (TestBackend backend : stage.backends()) {
                    stage.awaitInFlight(backend, 0);
                }
            } catch (DemoFailure e) {
                story.plain("");
                story.plain("What the balancer saw:");
                stage.history().forEach(story::quote);
                story.plain("The example failed at step " + story.current() + ": " + e.getMessage());
                return ExitCode.SOFTWARE;
            }
            story.plain("");
            story.plain("Every step went as it must, and nothing is left in flight.");
            return ExitCode.OK;
        }
    }
}
