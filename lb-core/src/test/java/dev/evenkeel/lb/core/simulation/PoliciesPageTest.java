package dev.evenkeel.lb.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.core.select.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds docs/policies.md to what the policies really do. Chance decides a part of it, so the page is right if a run comes
 * near its figures. {@code -Dpolicies.write=true} writes the figures of this run into the page.
 */
class PoliciesPageTest {
    /** Of which the median counts, since the dice of a policy cannot be seeded. */
    private static final int RUNS = 5;

    private static final Path PAGE = Path.of("..", "docs", "policies.md");

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void the_page_shows_what_a_run_shows(Scenario scenario) throws IOException {
        List<Row> run = new ArrayList<>();
        for (String name : Policies.names()) {
            run.add(Row.of(name, scenario));
        }
        if (Boolean.getBoolean("policies.write")) {
            write(scenario, run);
        }
        List<Row> page = read(scenario);
        assertThat(page).extracting(Row::policy).containsExactlyElementsOf(Policies.names());
        for (int i = 0; i < run.size(); i++) {
            Row seen = run.get(i);
            Row told = page.get(i);
            assertThat(seen.isNear(told))
                    .as("the page says%n%s, this run%n%s", told.line(), seen.line())
                    .isTrue();
        }
    }

    private static Pattern table(Scenario scenario) {
        return Pattern.compile("(<!-- run " + scenario + " -->\n)(.*?)(<!-- end -->)", Pattern.DOTALL);
    }

    private static List<Row> read(Scenario scenario) throws IOException {
        Matcher table = table(scenario).matcher(Files.readString(PAGE));
        assertThat(table.find()).as("the page has a table for %s", scenario).isTrue();
        return Arrays.stream(table.group(2).split("\n", -1))
                .filter(line -> line.endsWith(" % |"))
                .map(Row::parse)
                .toList();
    }

    private static void write(Scenario scenario, List<Row> rows) throws IOException {
        String head = "| policy | gets | mean | p99 | failed |\n|---|---|---|---|---|\n";
        String body = rows.stream().map(row -> row.line() + "\n").collect(Collectors.joining());
        String text = Files.readString(PAGE);
        Files.writeString(
                PAGE, table(scenario).matcher(text).replaceAll(found -> found.group(1) + head + body + found.group(3)));
    }

    /** What one policy did: shares of requests in percent, times in milliseconds. */
    private record Row(String policy, double gets, double mean, double p99, double failed) {
        static Row of(String name, Scenario scenario) {
            List<Traffic> runs = Stream.generate(() -> scenario.play(Policies.named(name)))
                    .limit(RUNS)
                    .toList();
            return new Row(
                    name,
                    median(runs, traffic -> 100 * traffic.share(Scenario.odd())),
                    median(runs, Traffic::meanMillis),
                    median(runs, Traffic::p99Millis),
                    median(runs, traffic -> 100 * traffic.failed()));
        }

        private static double median(List<Traffic> runs, ToDoubleFunction<Traffic> figure) {
            return runs.stream().mapToDouble(figure).sorted().toArray()[runs.size() / 2];
        }

        static Row parse(String line) {
            String[] cells = line.split("\\|", -1);
            return new Row(cells[1].strip(), number(cells[2]), number(cells[3]), number(cells[4]), number(cells[5]));
        }

        private static double number(String cell) {
            return Double.parseDouble(cell.replaceAll("[^0-9.]", ""));
        }

        String line() {
            return String.format(
                    Locale.ROOT, "| %s | %.1f %% | %.0f ms | %.0f ms | %.1f %% |", policy, gets, mean, p99, failed);
        }

        boolean isNear(Row other) {
            return near(gets, other.gets, 3)
                    && near(mean, other.mean, 5)
                    && near(p99, other.p99, 150)
                    && near(failed, other.failed, 1);
        }

        /** Within a third of it, or within the slack; between good and bad there lies far more. */
        private static boolean near(double seen, double told, double slack) {
            return Math.abs(seen - told) <= Math.max(slack, told / 3);
        }
    }
}
