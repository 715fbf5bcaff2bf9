package dev.evenkeel.examples;

import java.io.PrintWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that stays up, run on a thread of the test; closing it interrupts it. */
final class CommandThread implements AutoCloseable {
    private static final long WATCHDOG_SECONDS = 60;

    private final Printed printed = new Printed();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    private CommandThread(String... args) {
        PrintWriter out = new PrintWriter(printed.writer(), true);
        thread = new Thread(() -> exitCode.complete(Main.run(out, out, args)), "command-under-test");
        thread.setDaemon(true);
    }

    static CommandThread start(String... args) {
        CommandThread command = new CommandThread(args);
        command.thread.start();
        return command;
    }

    Printed printed() {
        return printed;
    }

    /** Interrupts it and returns the exit code. */
    int stop() throws Exception {
        thread.interrupt();
        return exitCode.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
