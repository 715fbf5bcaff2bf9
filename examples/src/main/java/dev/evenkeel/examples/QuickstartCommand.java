package dev.evenkeel.examples;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the README's lines against two backends of its own. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = "Runs the lines of the README against two backends on 127.0.0.1, ports 18081 and 18082.")
@SuppressWarnings("NullAway.Init") // picocli sets the spec before call()
final class QuickstartCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (TestBackend a = TestBackend.of(BackendSettings.named("a").withPort(Quickstart.PORTS[0]));
                TestBackend b = TestBackend.of(BackendSettings.named("b").withPort(Quickstart.PORTS[1]))) {
            a.start();
            b.start();
            Quickstart.run(spec.commandLine().getOut());
        }
        return 0;
    }
}
