package dev.evenkeel.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class QuickstartCommandTest {
    private static final Duration WATCHDOG = Duration.ofSeconds(60);

    @Test
    void both_backends_answer_in_turns_under_the_logical_name() {
        CommandRun run = CommandRun.of("quickstart");
        long start = System.nanoTime();
        // The ports stand in the README, so another build on this machine may hold them for a moment.
        while (run.err().contains("Address already in use") && System.nanoTime() - start < WATCHDOG.toNanos()) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            run = CommandRun.of("quickstart");
        }
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .hasSize(6)
                .allMatch(line -> line.startsWith("GET http://orders/ -> 200 I am "))
                .filteredOn(line -> line.contains("I am a."))
                .hasSize(3);
    }
}
