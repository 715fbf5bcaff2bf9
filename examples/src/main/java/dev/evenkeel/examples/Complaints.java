package dev.evenkeel.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says on one line what went wrong, and keeps stack traces for what nobody foresaw. */
final class Complaints {
    private Complaints() {}

    /** The command line could not be read. */
    static int misused(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String full = command.getCommandSpec().qualifiedName();
        command.getErr().println(full + ": " + text(e, args) + " (" + full + " --help tells more)");
        return ExitCode.USAGE;
    }

    private static String text(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        Set<String> options = command.getCommandSpec().optionsMap().keySet();
        // A mistyped option is the cause of a missing one, so it is told first.
        List<String> unknown = Arrays.stream(args)
                .filter(arg -> arg.startsWith("--"))
                .map(arg -> arg.replaceFirst("=.*", ""))
                .filter(name -> !options.contains(name))
                .toList();
        if (!unknown.isEmpty()) {
            return "unknown option " + unknown.get(0) + meant(Suggestions.near(unknown.get(0), options));
        }
        List<String> commands = new ArrayList<>(command.getSubcommands().keySet());
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().get(0);
            return commands.isEmpty()
                    ? word + " is one argument too many"
                    : "unknown command " + word + meant(Suggestions.near(word, commands));
        }
        if (!commands.isEmpty()) {
            return "which command? There are " + String.join(", ", commands);
        }
        return String.valueOf(e.getMessage()).replaceFirst("(?s)\\R.*", "");
    }

    private static String meant(List<String> similar) {
        return similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?";
    }

    /** The command line was read, and the command threw. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
        String name = command.getCommandSpec().qualifiedName();
        if (e instanceof IllegalArgumentException) {
            command.getErr().println(name + ": " + e.getMessage());
            return ExitCode.USAGE;
        }
        if (e instanceof IOException) {
            command.getErr().println(name + ": " + e.getMessage());
            return ExitCode.SOFTWARE;
        }
        if (e instanceof InterruptedException) {
            command.getErr().println(name + ": interrupted");
            return ExitCode.SOFTWARE;
        }
        throw e;
    }
}
