package dev.evenkeel.lb.evidence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Forks that one start of JMH runs: one for each subject, number of backends and share down. */
record Batch(Peer peer, String benchmark, int threads, Spread spread) {
    /** Starting the JMH that starts the forks. */
    private static final Duration HOST = Duration.ofMillis(600);

    /** What the forks differ in. */
    record Spread(List<String> subjects, List<Integer> backends, List<String> down) {
        int size() {
            return subjects.size() * backends.size() * down.size();
        }
    }

    int forks() {
        return spread.size();
    }

    Duration estimate(Pace pace) {
        return HOST.plus(pace.perFork().multipliedBy(forks()));
    }

    /** Returns the command line of JMH after the class path. */
    List<String> arguments(Pace pace, Path results) {
        String length = pace.millis() + "ms";
        return List.of(
                "org.openjdk.jmh.Main",
                "PeersBenchmark." + benchmark + "$",
                "-p",
                "subject=" + String.join(",", spread.subjects),
                "-p",
                "backends=" + joined(spread.backends),
                "-p",
                "down=" + String.join(",", spread.down),
                "-t",
                Integer.toString(threads),
                "-f",
                "1",
                "-wi",
                Integer.toString(pace.warmups()),
                "-w",
                length,
                "-i",
                Integer.toString(pace.measured()),
                "-r",
                length,
                "-foe",
                "true",
                "-prof",
                "gc",
                "-rf",
                "json",
                "-rff",
                results.toString());
    }

    private static String joined(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        String what = peer.name() + " " + benchmark + ", " + Words.threads(threads) + ", " + joined(spread.backends)
                + " backends, " + spread.down.stream().map(Words::down).collect(Collectors.joining(" and "));
        return what + " (" + forks() + (forks() == 1 ? " fork)" : " forks)");
    }
}
