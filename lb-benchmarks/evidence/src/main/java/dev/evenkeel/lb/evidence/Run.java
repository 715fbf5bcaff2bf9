package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Measures us and the peers, writes {@code benchmarks.json} and draws the page from it. Exits with 0 if all of it was
 * done, with 1 if a measuring program failed, with 2 if it was asked for what cannot be.
 */
public final class Run {
    /** A child that takes longer hangs. */
    private static final Duration CHILD_LIMIT = Duration.ofMinutes(4);

    private static final Duration LONG_CHILD_LIMIT = Duration.ofHours(1);

    private Run() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(run(System.out, System.err, args));
    }

    /** Does what {@link #main} does and returns the exit status. */
    static int run(PrintStream out, PrintStream err, String... args) throws IOException, InterruptedException {
        try {
            run(out, Options.parse(args));
            return 0;
        } catch (UsageException wrong) {
            err.println("run: " + wrong.getMessage());
            err.println(Options.USAGE);
            return 2;
        } catch (ChildFailedException failed) {
            err.println("run: " + failed.getMessage());
            return 1;
        }
    }

    private static void run(PrintStream out, Options options) throws IOException, InterruptedException, UsageException {
        Deadline deadline = Deadline.in(options.available());
        Duration limit = options.form().equals(Form.FULL) ? LONG_CHILD_LIMIT : CHILD_LIMIT;
        try (Children children = Children.within(limit)) {
            Evidence evidence = new Measurement(options, children, deadline, out).run();
            Files.createDirectories(options.out());
            Path json = options.out().resolve("benchmarks.json");
            Files.writeString(json, Json.text(evidence));
            List<Path> written = Render.draw(evidence, options.out());
            out.println("wrote " + json + ", " + written.get(0) + " and " + (written.size() - 1) + " charts");
        }
    }
}
