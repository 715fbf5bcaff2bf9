package dev.evenkeel.lb.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Who is ahead of whom and where, computed from the intervals; the head of the page. */
final class Standing {
    private final List<Comparison> comparisons;
    private final List<RaceRow> races;
    private final Map<String, Subject> subjects;

    Standing(Evidence evidence, Results results) {
        this.comparisons = Comparison.all(results);
        this.races = evidence.races();
        this.subjects = evidence.subjects().stream().collect(Collectors.toMap(Subject::subject, Function.identity()));
    }

    /** Returns how many comparisons of time came out one way. */
    long count(Verdict verdict) {
        return comparisons.stream().filter(one -> one.time() == verdict).count();
    }

    /** Lists the cells in which the time came out one way, ours once and after it the peers. */
    String times(Verdict verdict) {
        return cells(
                one -> one.time() == verdict,
                result -> Words.interval(result.nanos()) + " ns",
                one -> " (" + Words.amount(one.ratio()) + " ×)");
    }

    /** Lists the cells in which the bytes came out one way. */
    String bytes(Verdict verdict) {
        return cells(
                one -> one.bytes() == verdict,
                result -> Words.bytes(result.bytes().mean()) + " B",
                any -> "");
    }

    private String cells(
            Predicate<Comparison> which, Function<Result, String> value, Function<Comparison, String> remark) {
        Map<Result, List<String>> peers = new LinkedHashMap<>();
        for (Comparison one : comparisons) {
            if (which.test(one)) {
                Result theirs = one.theirs();
                peers.computeIfAbsent(one.ours(), any -> new ArrayList<>())
                        .add(theirs.subject().subject() + " " + value.apply(theirs) + remark.apply(one));
            }
        }
        List<String> lines = new ArrayList<>();
        peers.forEach((ours, theirs) -> lines.add("- " + ours.subject().family().title() + ", " + what(ours.cell())
                + ", " + ours.subject().subject() + " " + value.apply(ours) + ": " + String.join(", ", theirs)));
        return listed(lines);
    }

    /** Lists the races in which a peer found none less often than we, or was fairer by a hundredth at least. */
    String races() {
        List<String> lines = new ArrayList<>();
        for (RaceRow ours : races) {
            for (RaceRow theirs : races) {
                if (isOurs(ours) && !isOurs(theirs) && sameRace(ours, theirs) && beats(theirs, ours)) {
                    lines.add("- " + ours.race() + ", " + ours.backends() + " backends: " + said(theirs) + "; "
                            + said(ours));
                }
            }
        }
        return listed(lines);
    }

    private boolean isOurs(RaceRow row) {
        Subject subject = subjects.get(row.subject());
        return subject != null && subject.ours();
    }

    private boolean sameRace(RaceRow one, RaceRow other) {
        Subject here = subjects.get(one.subject());
        Subject there = subjects.get(other.subject());
        return here != null
                && there != null
                && here.family() == there.family()
                && one.race().equals(other.race())
                && one.backends() == other.backends()
                && one.threads() == other.threads();
    }

    private static boolean beats(RaceRow theirs, RaceRow ours) {
        boolean fairer = theirs.tellsBusiest() && ours.tellsBusiest() && ours.busiest() - theirs.busiest() >= 0.01;
        return theirs.nonePerMillion() < ours.nonePerMillion() || fairer;
    }

    private static String said(RaceRow row) {
        String none = row.subject() + " " + Words.count(row.none()) + " false \"none\"";
        return row.tellsBusiest() ? none + ", busiest " + Words.amount(row.busiest()) : none;
    }

    private static String what(Cell cell) {
        return (cell.benchmark().equals(Cell.PICK) ? "pick" : "pick with accounting") + ", " + cell.setting();
    }

    private static String listed(List<String> lines) {
        return lines.isEmpty() ? "- nowhere in this run\n" : String.join("\n", lines) + "\n";
    }
}
