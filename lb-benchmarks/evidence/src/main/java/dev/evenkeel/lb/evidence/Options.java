package dev.evenkeel.lb.evidence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param peers the directories of the peers to run; empty for all
 * @param out where {@code benchmarks.json}, {@code benchmarks.md} and the charts go
 * @param available what is left of the time for all of it
 */
record Options(Form form, Set<String> peers, Path root, Path out, Duration available) {
    static final String USAGE = """
            usage: lb-benchmarks/run [--quick|--full|--smoke] [--peers DIR,..] [--out DIR] [--minutes N]
              --quick      10 and 1,000 backends, none or 90 % down; ends within 15 minutes on 2 cores (the default)
              --full       3 to 10,000 backends, none to all but one down, 1, 2 and 8 threads; about 4 hours
              --smoke      a moment of everything, to see that it runs; needs --out, for its numbers mean nothing
              --peers      only these directories of lb-benchmarks/peers, as in --peers evenkeel,grpc
              --out        where the results go; docs by default
              --minutes    how long all of it may take, the build included""";

    /** Reads the command line. {@code --root} and {@code --spent} are for the script: where, and seconds gone by. */
    static Options parse(String... args) throws UsageException {
        Form form = Form.QUICK;
        Set<String> peers = new LinkedHashSet<>();
        Path root = Path.of("");
        @Nullable Path out = null;
        @Nullable Duration budget = null;
        Duration spent = Duration.ZERO;
        Deque<String> left = new ArrayDeque<>(List.of(args));
        while (!left.isEmpty()) {
            String option = left.remove();
            switch (option) {
                case "--quick" -> form = Form.QUICK;
                case "--full" -> form = Form.FULL;
                case "--smoke" -> form = Form.SMOKE;
                case "--peers" -> peers.addAll(names(value(option, left)));
                case "--root" -> root = Path.of(value(option, left));
                case "--out" -> out = Path.of(value(option, left));
                case "--minutes" -> budget = Duration.ofMinutes(number(option, value(option, left), 1));
                case "--spent" -> spent = Duration.ofSeconds(number(option, value(option, left), 0));
                default -> throw new UsageException("no such option: " + option);
            }
        }
        if (form.equals(Form.SMOKE) && out == null) {
            throw new UsageException("--smoke needs --out DIR, so that its numbers do not take the place of real ones");
        }
        Duration all = budget == null ? form.budget() : budget;
        return new Options(form, peers, root, out == null ? root.resolve("docs") : out, all.minus(spent));
    }

    private static String value(String option, Deque<String> left) throws UsageException {
        String value = left.poll();
        if (value == null || value.startsWith("--")) {
            throw new UsageException(option + " needs a value" + (value == null ? "" : ", was followed by " + value));
        }
        return value;
    }

    private static Set<String> names(String list) throws UsageException {
        Set<String> names = new LinkedHashSet<>(List.of(list.split(",", -1)));
        if (names.contains("")) {
            throw new UsageException("--peers needs directories with a comma between, was '" + list + "'");
        }
        return names;
    }

    private static long number(String option, String value, long least) throws UsageException {
        // Six digits are more than a year of minutes, and fit every type.
        if (!value.matches("\\d{1,6}") || Long.parseLong(value) < least) {
            throw new UsageException(option + " must be a whole number from " + least + " on, was '" + value + "'");
        }
        return Long.parseLong(value);
    }
}
