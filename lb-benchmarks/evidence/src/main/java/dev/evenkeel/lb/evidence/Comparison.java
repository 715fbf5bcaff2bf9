package dev.evenkeel.lb.evidence;

import java.util.ArrayList;
import java.util.List;

/** A peer's policy beside ours of the same family in one cell. */
record Comparison(Result ours, Result theirs) {
    /** Less of a byte is what JMH itself allocates. */
    private static final double WHOLE_BYTE = 1;

    /** Returns every comparison that the run allows, family by family and cell by cell. */
    static List<Comparison> all(Results results) {
        List<Comparison> all = new ArrayList<>();
        for (Family family : Family.values()) {
            for (String benchmark : List.of(Cell.PICK, Cell.ATTEMPT)) {
                List<Result> cells = results.of(benchmark, family);
                for (Result theirs : cells) {
                    cells.stream()
                            .filter(ours ->
                                    ours.subject().ours() && !theirs.subject().ours())
                            .filter(ours ->
                                    ours.cell().of("").equals(theirs.cell().of("")))
                            .forEach(ours -> all.add(new Comparison(ours, theirs)));
                }
            }
        }
        return List.copyOf(all);
    }

    /** Returns who takes less time. */
    Verdict time() {
        return Verdict.ofLess(ours.nanos(), theirs.nanos());
    }

    /** Returns who allocates less, by a byte at least. */
    Verdict bytes() {
        double more = ours.bytes().mean() - theirs.bytes().mean();
        if (Math.abs(more) < WHOLE_BYTE) {
            return Verdict.NOT_TOLD_APART;
        }
        return more > 0 ? Verdict.PEER_AHEAD : Verdict.WE_AHEAD;
    }

    double ratio() {
        return theirs.nanos().mean() / ours.nanos().mean();
    }
}
