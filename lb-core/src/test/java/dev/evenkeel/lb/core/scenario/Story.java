package dev.evenkeel.lb.core.scenario;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happened in one play, line by line, and what came of it. */
record Story(Incident incident, Setting setting, List<String> lines, Figures figures) {
    /** Returns the lines of the file. */
    String text() {
        String head = "== " + setting.name();
        return Stream.of(
                        Stream.of(head),
                        lines.stream(),
                        figures.lines().stream().map(line -> "   " + line))
                .flatMap(part -> part)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** Returns the row of the table. */
    String row() {
        return "| " + incident.title() + " | " + setting.name() + " | " + figures.cells() + " |";
    }
}
