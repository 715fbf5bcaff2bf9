package dev.evenkeel.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one test backend. */
@Command(
        name = "backend",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Runs a test backend on 127.0.0.1 that says who it is.",
            "POST /admin/health?up=false makes its health check fail (503) while it still serves; up=true ends that."
        })
@SuppressWarnings("NullAway.Init") // picocli sets every option, or its default, before call()
final class BackendCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--port", required = true, paramLabel = "N", description = "Where to listen; 0 takes a free port.")
    private int port;

    @Option(names = "--name", paramLabel = "X", description = "What it calls itself; default backend-N.")
    private @Nullable String name;

    @Option(
            names = "--health-path",
            paramLabel = "PATH",
            defaultValue = "/health",
            description = "Where its health check is; default ${DEFAULT-VALUE}.")
    private String healthPath;

    @Option(
            names = "--delay",
            paramLabel = "DURATION",
            defaultValue = "0ms",
            converter = DurationConverter.class,
            description = "How long each answer takes, but for the health check; default ${DEFAULT-VALUE}.")
    private Duration delay;

    @Option(
            names = "--status",
            paramLabel = "CODE",
            defaultValue = "200",
            description = "The status of each answer, but for the health check; default ${DEFAULT-VALUE}.")
    private int status;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String called = name != null ? name : port == 0 ? "backend" : "backend-" + port;
        TestBackend backend = TestBackend.of(new BackendSettings(called, port, healthPath, delay, status));
        backend.start();
        PrintWriter out = spec.commandLine().getOut();
        out.println("backend " + called + " listens on " + backend.url() + ", health check at " + healthPath);
        Foreground.untilStopped(backend::close);
        return 0;
    }
}
