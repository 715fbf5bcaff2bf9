package dev.evenkeel.lb.evidence;

import java.util.List;

/** The races as a table. */
final class RaceTable {
    private RaceTable() {}

    /** Says what a race is. */
    static String race(String name) {
        return switch (name) {
            case "steady" -> "steady (every pattern of up and down)";
            case "moving" -> "moving (which one is up changes)";
            default -> name;
        };
    }

    static String of(List<RaceRow> races) {
        Table table = Table.of(
                2, "policy", "race", "backends", "threads", "picks", "false \"none\"", "per million", "busiest / fair");
        for (RaceRow row : races) {
            table.row(
                    row.subject(),
                    row.race(),
                    Words.count(row.backends()),
                    Integer.toString(row.threads()),
                    Words.count(row.picks()),
                    Words.count(row.none()),
                    row.none() == 0 ? "0" : Words.amount(row.nonePerMillion()),
                    row.tellsBusiest() ? Words.amount(row.busiest()) : "");
        }
        return table.toString();
    }
}
