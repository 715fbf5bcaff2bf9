package dev.evenkeel.lb.races;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs every race for a short while in the jar as it is shipped. The long run is in the README beside this module. */
final class JcstressIT {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final long WATCHDOG_MINUTES = 5;

    @Test
    void ours_shows_no_forbidden_outcome_and_the_classic_is_caught() throws IOException, InterruptedException {
        Path home = Files.createDirectories(TARGET.resolve("jcstress-it"));
        Path output = home.resolve("output.txt");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + home,
                        "-jar",
                        TARGET.resolve("jcstress.jar").toString(),
                        "-v",
                        "-r",
                        home.resolve("report").toString(),
                        // One JVM configuration instead of eight, two CPUs whatever the machine has.
                        "-jvmArgs",
                        "-XX:+UseParallelGC",
                        "-sc",
                        "false",
                        "-c",
                        "2",
                        "-iters",
                        "2",
                        "-time",
                        "500")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // JNA, which pins the actors to CPUs, unpacks its library below this one.
        command.environment().put("XDG_CACHE_HOME", home.toString());

        int exit = run(command);

        String told = Files.readString(output);
        assertThat(exit).as(told).isZero();
        assertThat(told)
                .contains("[OK] dev.evenkeel.lb.races.OneUpMoves\n")
                .contains("[OK] dev.evenkeel.lb.races.OneUpMoverPicks\n")
                .contains("[OK] dev.evenkeel.lb.races.DrainedStaysIdle\n")
                .contains("[OK] dev.evenkeel.lb.races.EjectionOutlastsProbes\n")
                .contains("[OK] dev.evenkeel.lb.races.LimitHolds\n")
                .contains("[OK] dev.evenkeel.lb.races.TicketsOfOneStripe\n")
                .contains("[OK] dev.evenkeel.lb.races.TicketsWhileSplitting\n")
                .contains("[OK] dev.evenkeel.lb.races.WeightedRhythm\n")
                .contains("[OK] dev.evenkeel.lb.races.FaultsAreKept\n")
                .contains("[OK] dev.evenkeel.lb.races.OutcomesAreKept\n")
                .contains("[OK] dev.evenkeel.lb.races.SlowestAnswerStays\n")
                .contains("[OK] dev.evenkeel.lb.races.NeverOlderThanItIs\n")
                .contains("[OK] dev.evenkeel.lb.races.TotalsWhileMoving\n")
                .contains("[OK] dev.evenkeel.lb.races.TakenStaysOpen\n")
                .contains("[OK] dev.evenkeel.lb.races.RedTwinHastyLap\n")
                .contains(" 0 failed, 0 soft errs, 0 hard errs")
                .containsPattern("1, 1 .* Interesting .* a pick said none although one was up")
                .containsPattern(" Interesting .* a ticket was given twice")
                .containsPattern(" Interesting .* one got more than its weight")
                .containsPattern("Interesting .* both were in flight under a limit of one")
                .containsPattern("Interesting .* a probe has undone an ejection")
                .containsPattern("Interesting .* a fault was lost")
                .containsPattern("Interesting .* an outcome was written over")
                .containsPattern("Interesting .* the slowest answer was lost")
                .containsPattern("Interesting .* older than any attempt")
                .containsPattern("Interesting .* left a group in which it had not begun")
                .containsPattern("Interesting .* closed while a call used it");
    }

    private static int run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.start();
        try {
            assertThat(process.waitFor(WATCHDOG_MINUTES, TimeUnit.MINUTES))
                    .as("jcstress ended within %d minutes", WATCHDOG_MINUTES)
                    .isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
