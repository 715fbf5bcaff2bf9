package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Runs the measuring programs, one at a time, on the JVM that runs this. However this JVM ends, short of being killed
 * outright, its children and theirs end before it.
 */
final class Children implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Path work;
    private final Duration limit;
    private boolean closed;

    private Children(Path work, Duration limit) {
        this.work = work;
        this.limit = limit;
    }

    /**
     * Begins to watch over children, which write into a temporary directory.
     *
     * @param limit after which a child has failed
     */
    static Children within(Duration limit) throws IOException {
        Children children = new Children(Files.createTempDirectory("evidence"), limit);
        Runtime.getRuntime().addShutdownHook(new Thread(children::close, "evidence-end-children"));
        return children;
    }

    /** Returns the directory for what they write. */
    Path work() {
        return work;
    }

    /** Runs a main class of a jar and returns the lines of its standard output. */
    List<String> run(Path jar, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // JMH locks a file there, and leaves others if it is killed.
                "-Djava.io.tmpdir=" + work,
                "-cp",
                jar.toString()));
        command.addAll(arguments);
        Path output = work.resolve("output");
        Path errors = work.resolve("errors");
        Process child = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        child.getOutputStream().close();
        if (!child.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            endAll();
            throw failure(arguments, "did not end within " + Progress.time(limit), output, errors);
        }
        if (child.exitValue() != 0) {
            throw failure(arguments, "ended with status " + child.exitValue(), output, errors);
        }
        return text(output).lines().toList();
    }

    private static ChildFailedException failure(List<String> arguments, String how, Path output, Path errors)
            throws IOException {
        return new ChildFailedException(
                String.join(" ", arguments) + " " + how + ", and said:\n" + text(output) + text(errors));
    }

    /** Reads it as the JVM writes it; from 18 on both are UTF-8, and what cannot be read is shown as such. */
    private static String text(Path file) throws IOException {
        Charset charset = Charset.forName(System.getProperty("native.encoding", StandardCharsets.UTF_8.name()));
        return new String(Files.readAllBytes(file), charset);
    }

    private static void endAll() {
        // Taken down before the first is asked to end, because the orphans of one that ended are not found any more.
        List<ProcessHandle> all = ProcessHandle.current().descendants().toList();
        all.forEach(ProcessHandle::destroy);
        CompletableFuture<?>[] ends = all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException slow) {
            all.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException hurry) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all that still runs and removes what they wrote. Once; whoever comes second waits for the first. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        endAll();
        try (Stream<Path> all = Files.walk(work)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException kept) {
            throw new UncheckedIOException("cannot remove the temporary directory", kept);
        }
    }
}
