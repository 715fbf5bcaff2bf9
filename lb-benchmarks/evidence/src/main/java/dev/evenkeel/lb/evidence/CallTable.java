package dev.evenkeel.lb.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What a call of OkHttp costs each client, by the number of callers. */
final class CallTable {
    private final TreeMap<Integer, List<Line>> byCallers = new TreeMap<>();

    private CallTable() {}

    /** One client with one number of callers. The rounds are the values of the intervals. */
    record Line(String client, Interval cpuMicros, Interval bytes, Interval p50Micros, Interval p99Micros) {
        /** Returns whether it is one of ours, and neither OkHttp alone nor what a user writes by hand. */
        boolean ours() {
            return !client.startsWith("bare") && !client.startsWith("hand");
        }
    }

    static CallTable of(List<CallRow> rows) {
        CallTable table = new CallTable();
        Map<Integer, Map<String, List<CallRow>>> grouped = rows.stream()
                .collect(Collectors.groupingBy(
                        CallRow::callers,
                        TreeMap::new,
                        Collectors.groupingBy(CallRow::client, LinkedHashMap::new, Collectors.toList())));
        grouped.forEach((callers, clients) -> {
            List<Line> lines = new ArrayList<>();
            clients.forEach((client, rounds) -> lines.add(new Line(
                    client,
                    interval(rounds, CallRow::cpuMicros),
                    interval(rounds, CallRow::bytes),
                    interval(rounds, CallRow::p50Micros),
                    interval(rounds, CallRow::p99Micros))));
            table.byCallers.put(callers, lines);
        });
        return table;
    }

    private static Interval interval(List<CallRow> rounds, ToDoubleFunction<CallRow> value) {
        return Interval.of(rounds.stream().mapToDouble(value).boxed().toList());
    }

    Map<Integer, List<Line>> byCallers() {
        return byCallers;
    }

    @Override
    public String toString() {
        Table table = Table.of(1, "client", "callers", "CPU µs per call", "bytes per call", "p50 µs", "p99 µs");
        byCallers.forEach((callers, lines) -> lines.forEach(line -> table.row(
                line.client(),
                Integer.toString(callers),
                Words.interval(line.cpuMicros()),
                Words.interval(line.bytes()),
                Words.interval(line.p50Micros()),
                Words.interval(line.p99Micros()))));
        return table.toString();
    }
}
