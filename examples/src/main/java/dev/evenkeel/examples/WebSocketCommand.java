package dev.evenkeel.examples;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the {@link WebSocketExample}. */
@Command(
        name = "websocket",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        usageHelpAutoWidth = true,
        description = {
            "Opens web sockets through a wrapped client, on three backends in this process and on loopback;",
            "one of them is killed. Each step is checked; a wrong outcome is exit code 1."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the spec before call()
final class WebSocketCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<TestBackend> backends = Stream.of("a", "b", "c")
                .map(name -> TestBackend.chatting(BackendSettings.named(name)))
                .toList();
        return new WebSocketExample().run(spec.commandLine().getOut(), backends, Tale.PATIENCE);
    }
}
