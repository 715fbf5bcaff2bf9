package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Where, when, of what and how a run was made.
 *
 * @param date in UTC
 * @param commit that was measured, with {@code + changes} if the work tree had any outside the results
 */
record Setting(Machine machine, String jdk, String date, String commit, Effort effort) {
    private static final String UNKNOWN = "unknown";

    static Setting now(Path root, Effort effort) throws IOException, InterruptedException {
        String jdk = System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", "
                + System.getProperty("java.vendor");
        return new Setting(Machine.here(), jdk, LocalDate.now(ZoneOffset.UTC).toString(), commit(root), effort);
    }

    private static String commit(Path root) throws IOException, InterruptedException {
        String head = git(root, List.of("git", "rev-parse", "HEAD"));
        String changes = git(root, List.of("git", "status", "--porcelain", "--", ".", ":!docs"));
        return head.equals(UNKNOWN) || changes.isEmpty() ? head : head + " + changes";
    }

    /** Returns what git says, or {@code unknown} outside a repository. */
    private static String git(Path root, List<String> command) throws IOException, InterruptedException {
        Process git = new ProcessBuilder(command)
                .directory(root.toAbsolutePath().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() == 0 ? said.trim() : UNKNOWN;
    }
}
