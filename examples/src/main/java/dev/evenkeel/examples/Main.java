package dev.evenkeel.examples;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of {@code evenkeel.jar}. */
@Command(
        name = "evenkeel",
        description = "Client-side load balancing for OkHttp and the JVM, to try out.",
        subcommands = {
            DemoCommand.class,
            QuickstartCommand.class,
            RetrofitCommand.class,
            WebSocketCommand.class,
            BackendCommand.class,
            ProxyCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:it went well", " 1:it did not", " 2:the command line is wrong"},
        footer = {"", "Begin with: java -jar evenkeel.jar demo"})
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** Runs one command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Complaints::misused)
                .setExecutionExceptionHandler(Complaints::failed)
                .execute(args);
    }
}
