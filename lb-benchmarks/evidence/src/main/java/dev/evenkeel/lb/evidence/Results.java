package dev.evenkeel.lb.evidence;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The samples of a run, cell by cell. Immutable. */
final class Results {
    private final Map<Cell, Result> byCell;

    private Results(Map<Cell, Result> byCell) {
        this.byCell = byCell;
    }

    static Results of(Evidence evidence) {
        Map<String, Subject> subjects =
                evidence.subjects().stream().collect(Collectors.toMap(Subject::subject, Function.identity()));
        Map<Cell, List<Sample>> forks = evidence.samples().stream()
                .collect(Collectors.groupingBy(Sample::cell, LinkedHashMap::new, Collectors.toList()));
        Map<Cell, Result> results = new LinkedHashMap<>();
        forks.forEach((cell, samples) -> {
            Subject subject = subjects.get(cell.subject());
            if (subject == null) {
                throw new IllegalArgumentException("samples are of a subject that is not listed: " + cell.subject());
            }
            results.put(cell, result(subject, cell, samples));
        });
        return new Results(results);
    }

    private static Result result(Subject subject, Cell cell, List<Sample> samples) {
        return new Result(subject, cell, interval(samples, Sample::nanos), interval(samples, Sample::bytes));
    }

    private static Interval interval(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return Interval.of(samples.stream().mapToDouble(value).boxed().toList());
    }

    @Nullable
    Result at(Cell cell) {
        return byCell.get(cell);
    }

    /** Returns the results of a benchmark and family: by threads, backends, and down, and within that the least first. */
    List<Result> of(String benchmark, Family family) {
        return byCell.values().stream()
                .filter(result -> result.cell().benchmark().equals(benchmark))
                .filter(result -> result.subject().family() == family)
                .sorted(Comparator.comparing(Result::cell, bySetting())
                        .thenComparingDouble(result -> result.nanos().mean())
                        .thenComparing(result -> result.cell().subject()))
                .toList();
    }

    /** Orders cells of whatever subject by how they are set up. */
    static Comparator<Cell> bySetting() {
        return Comparator.comparing(Cell::benchmark, Comparator.reverseOrder())
                .thenComparingInt(Cell::threads)
                .thenComparingInt(Cell::backends)
                // "0" is before "0.9", and "all-but-one" after all numbers.
                .thenComparing(Cell::down);
    }
}
