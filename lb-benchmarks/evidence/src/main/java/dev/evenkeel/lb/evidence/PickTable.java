package dev.evenkeel.lb.evidence;

/** The picks of one family, cell by cell, the fastest first, with the pick and the pick with accounting side by side. */
final class PickTable {
    private PickTable() {}

    static String of(Results results, Family family) {
        Table table = Table.of(
                2,
                "policy",
                "version",
                "threads",
                "backends",
                "down",
                "pick, ns",
                "pick, bytes",
                "with accounting, ns",
                "with accounting, bytes");
        for (Result pick : results.of(Cell.PICK, family)) {
            Cell cell = pick.cell();
            Result attempt =
                    results.at(new Cell(Cell.ATTEMPT, cell.subject(), cell.backends(), cell.down(), cell.threads()));
            table.row(
                    name(pick.subject()),
                    pick.subject().version(),
                    Integer.toString(cell.threads()),
                    Words.count(cell.backends()),
                    Words.down(cell.down()).replace(" down", ""),
                    Words.interval(pick.nanos()),
                    Words.bytes(pick.bytes().mean()),
                    attempt == null ? "" : Words.interval(attempt.nanos()),
                    attempt == null ? "" : Words.bytes(attempt.bytes().mean()));
        }
        return table.toString();
    }

    private static String name(Subject subject) {
        return subject.ours() ? "**" + subject.subject() + "**" : subject.subject();
    }
}
