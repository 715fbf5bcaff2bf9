package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ResourceLock(Resources.SYSTEM_ERR)
class LoggedKindsTest {
    /** One that others log, one that tells what users do themselves, and one of which there are many. */
    private static final Set<Kind> SILENT = Set.of(Kind.POLICY_FAILED, Kind.CLOSED, Kind.PLAN_PUBLISHED);

    private static final Path PAGE = Path.of("..", "docs", "observability.md");

    @ParameterizedTest
    @EnumSource
    void every_kind_has_its_line_in_the_log_unless_there_is_a_reason(Kind kind) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            new TransitionLog().onEvent(new LoadBalancerEvent(kind, "orders", Instant.EPOCH, null, "why"));
        } finally {
            System.setErr(before);
        }
        String log = written.toString(StandardCharsets.UTF_8);
        if (SILENT.contains(kind)) {
            assertThat(log).isEmpty();
        } else {
            assertThat(log).containsPattern(documented(kind) + " dev.evenkeel.lb - orders is " + kind + ": why");
        }
    }

    /** Returns the level at which the page says that a kind is logged. */
    private static String documented(Kind kind) {
        Pattern row = Pattern.compile("^\\| (ERROR|WARN|INFO|DEBUG) \\|.*`" + kind + "`.*$", Pattern.MULTILINE);
        Matcher found = row.matcher(page());
        assertThat(found.find()).as("%s has a level in %s", kind, PAGE).isTrue();
        return found.group(1);
    }

    private static String page() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
