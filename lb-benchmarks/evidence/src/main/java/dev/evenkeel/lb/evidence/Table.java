package dev.evenkeel.lb.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table of Markdown. The first columns are words, all others numbers. */
final class Table {
    private final List<String> lines = new ArrayList<>();

    private Table() {}

    static Table of(int words, String... columns) {
        Table table = new Table();
        table.row(columns);
        List<String> rule = new ArrayList<>();
        for (int column = 0; column < columns.length; column++) {
            rule.add(column < words ? "---" : "--:");
        }
        table.lines.add("|" + String.join("|", rule) + "|");
        return table;
    }

    void row(String... cells) {
        lines.add(List.of(cells).stream()
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |")));
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
