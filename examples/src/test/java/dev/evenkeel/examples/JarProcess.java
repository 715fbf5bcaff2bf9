package dev.evenkeel.examples;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built jar as a process of its own; closing it kills it. */
final class JarProcess implements AutoCloseable {
    private static final long WATCHDOG_SECONDS = 60;

    private final Process process;
    private final Printed printed = new Printed();

    private JarProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts {@code java -jar evenkeel.jar} with these arguments, on the Java that runs the test. */
    static JarProcess start(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-jar");
        command.add(System.getProperty("evenkeel.jar"));
        command.addAll(List.of(args));
        return new JarProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void read() {
        char[] buffer = new char[1024];
        try (Reader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (int n = output.read(buffer); n >= 0; n = output.read(buffer)) { // until the process ends
                printed.writer().write(buffer, 0, n);
            }
        } catch (IOException e) {
            printed.writer().write("\n(output ends: " + e + ")\n");
        }
    }

    /** Returns what it has printed on either stream. */
    Printed printed() {
        return printed;
    }

    /** Sends SIGTERM, and goes on reading what is printed, which {@link Process#destroy()} would end. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Sends SIGKILL and waits until the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + process.pid() + " does not end; printed was:\n" + printed);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
