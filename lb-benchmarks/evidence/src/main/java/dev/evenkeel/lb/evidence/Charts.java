package dev.evenkeel.lb.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The charts of a run by the name of their file. */
final class Charts {
    private static final String LESS = "; less is better";

    private final Evidence evidence;
    private final Results results;
    private final Map<String, BarChart> charts = new LinkedHashMap<>();

    private Charts(Evidence evidence) {
        this.evidence = evidence;
        this.results = Results.of(evidence);
    }

    /** Returns those for which something was measured, in the order of the page. */
    static Map<String, BarChart> of(Evidence evidence) {
        Charts all = new Charts(evidence);
        all.times("pick-1-thread", new Cell(Cell.PICK, "", 10, Cell.NONE_DOWN, 1));
        all.times("pick-2-threads", new Cell(Cell.PICK, "", 10, Cell.NONE_DOWN, 2));
        all.times("pick-8-threads", new Cell(Cell.PICK, "", 10, Cell.NONE_DOWN, 8));
        all.times("pick-90-percent-down", new Cell(Cell.PICK, "", 1_000, "0.9", 1));
        all.times("pick-all-but-one-down", new Cell(Cell.PICK, "", 10_000, "all-but-one", 1));
        all.times("attempt-1-thread", new Cell(Cell.ATTEMPT, "", 10, Cell.NONE_DOWN, 1));
        all.bytes("pick-bytes", new Cell(Cell.PICK, "", 10, Cell.NONE_DOWN, 1));
        all.races();
        all.calls();
        all.scale();
        return all.charts;
    }

    private void add(String name, BarChart chart) {
        if (!chart.isEmpty()) {
            charts.put(name, chart);
        }
    }

    private void times(String name, Cell cell) {
        String what = cell.benchmark().equals(Cell.PICK) ? "Time of a pick" : "Time of a pick with accounting";
        int rounds = evidence.setting().effort().rounds();
        String axis = "ns, mean of " + rounds + " forks" + (rounds > 1 ? " with 95 % interval" : "") + LESS;
        add(name, new BarChart(what + ": " + cell.setting(), axis, families(cell, Result::nanos)));
    }

    private void bytes(String name, Cell cell) {
        List<BarChart.Section> sections = families(cell, result -> {
            double bytes = result.bytes().mean();
            return new Interval(bytes < 0.5 ? 0 : Math.rint(bytes), 0, 1);
        });
        add(name, new BarChart("Bytes that a pick allocates: " + cell.setting(), "bytes" + LESS, sections));
    }

    private List<BarChart.Section> families(Cell cell, Function<Result, Interval> value) {
        List<BarChart.Section> sections = new ArrayList<>();
        for (Family family : Family.values()) {
            List<BarChart.Bar> bars = results.of(cell.benchmark(), family).stream()
                    .filter(result -> result.cell().of("").equals(cell))
                    .map(result -> bar(result.subject(), value.apply(result)))
                    .sorted(Comparator.comparingDouble(BarChart.Bar::value))
                    .toList();
            section(sections, family.title(), bars);
        }
        return sections;
    }

    private static void section(List<BarChart.Section> sections, String heading, List<BarChart.Bar> bars) {
        if (!bars.isEmpty()) {
            sections.add(new BarChart.Section(heading, bars));
        }
    }

    private static BarChart.Bar bar(Subject subject, Interval value) {
        return new BarChart.Bar(subject.subject(), value.mean(), value.half(), subject.ours());
    }

    private void races() {
        add(
                "races-none",
                new BarChart(
                        "False \"none\": picks that found no backend although one was up",
                        "per million picks" + LESS,
                        races(evidence.races(), RaceRow::nonePerMillion)));
        add(
                "races-busiest",
                new BarChart(
                        "Load of the busiest backend, in the worst pattern of up and down",
                        "times its fair share; 1 is fair",
                        races(
                                evidence.races().stream()
                                        .filter(RaceRow::tellsBusiest)
                                        .toList(),
                                RaceRow::busiest)));
    }

    private List<BarChart.Section> races(List<RaceRow> told, ToDoubleFunction<RaceRow> value) {
        Map<String, Subject> subjects =
                evidence.subjects().stream().collect(Collectors.toMap(Subject::subject, Function.identity()));
        List<BarChart.Section> sections = new ArrayList<>();
        Map<String, List<RaceRow>> byRace = told.stream()
                .collect(Collectors.groupingBy(
                        row -> RaceTable.race(row.race()) + ", " + row.backends() + " backends, "
                                + Words.threads(row.threads()),
                        LinkedHashMap::new,
                        Collectors.toList()));
        byRace.forEach((heading, rows) -> {
            List<BarChart.Bar> bars = rows.stream()
                    .map(row -> {
                        Subject subject = subjects.get(row.subject());
                        return new BarChart.Bar(
                                row.subject(), value.applyAsDouble(row), 0, subject != null && subject.ours());
                    })
                    .sorted(Comparator.comparingDouble(BarChart.Bar::value))
                    .toList();
            section(sections, heading, bars);
        });
        return sections;
    }

    private void calls() {
        CallTable table = CallTable.of(evidence.costs().calls());
        add(
                "calls-cpu",
                new BarChart(
                        "CPU of a call of OkHttp over loopback; Evenkeel's clients in red",
                        "µs per call, mean with 95 % interval" + LESS,
                        calls(table, CallTable.Line::cpuMicros)));
        add(
                "calls-bytes",
                new BarChart(
                        "Bytes that a call of OkHttp allocates; Evenkeel's clients in red",
                        "bytes per call, mean with 95 % interval" + LESS,
                        calls(table, CallTable.Line::bytes)));
    }

    private static List<BarChart.Section> calls(CallTable table, Function<CallTable.Line, Interval> value) {
        List<BarChart.Section> sections = new ArrayList<>();
        table.byCallers()
                .forEach((callers, lines) -> section(
                        sections,
                        callers == 1 ? "1 caller" : callers + " callers",
                        lines.stream()
                                .map(line -> {
                                    Interval interval = value.apply(line);
                                    return new BarChart.Bar(
                                            line.client(), interval.mean(), interval.half(), line.ours());
                                })
                                .toList()));
        return sections;
    }

    private void scale() {
        Map<String, List<ScaleRow>> byUnit = evidence.costs().scale().stream()
                .collect(Collectors.groupingBy(ScaleRow::unit, LinkedHashMap::new, Collectors.toList()));
        byUnit.forEach((unit, rows) -> {
            Map<String, List<ScaleRow>> byWhat = rows.stream()
                    .collect(Collectors.groupingBy(ScaleRow::what, LinkedHashMap::new, Collectors.toList()));
            List<BarChart.Section> sections = new ArrayList<>();
            byWhat.forEach((what, ofWhat) -> section(
                    sections,
                    what,
                    ofWhat.stream()
                            .map(row ->
                                    new BarChart.Bar(Words.count(row.backends()) + " backends", row.median(), 0, true))
                            .toList()));
            String name = "scale-" + unit.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            add(name, new BarChart("Scale of Evenkeel, in " + unit, unit + ", median", sections));
        });
    }
}
