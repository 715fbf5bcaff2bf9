package dev.evenkeel.lb.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VerdictTest {
    @ParameterizedTest
    @CsvSource({
        "5, 0.4, 6, 0.5, WE_AHEAD",
        "6, 0.5, 5, 0.4, PEER_AHEAD",
        "5, 0.6, 6, 0.5, NOT_TOLD_APART",
        "6, 0.5, 5, 0.6, NOT_TOLD_APART",
        "5, 0.5, 6, 0.5, NOT_TOLD_APART", // they touch
        "5, 2.0, 6, 0.1, NOT_TOLD_APART", // the one within the other
    })
    void only_intervals_that_do_not_overlap_decide(
            double ours, double half, double theirs, double theirHalf, Verdict verdict) {
        assertThat(Verdict.ofLess(new Interval(ours, half, 3), new Interval(theirs, theirHalf, 3)))
                .isEqualTo(verdict);
    }

    @Test
    void bytes_differ_by_a_byte_at_least() {
        assertThat(comparison(0, 0.9).bytes()).isEqualTo(Verdict.NOT_TOLD_APART);
        assertThat(comparison(0, 24).bytes()).isEqualTo(Verdict.WE_AHEAD);
        assertThat(comparison(40, 24).bytes()).isEqualTo(Verdict.PEER_AHEAD);
    }

    private static Comparison comparison(double ours, double theirs) {
        return new Comparison(result("Evenkeel", ours), result("Other", theirs));
    }

    private static Result result(String peer, double bytes) {
        String name = peer + "/turns";
        return new Result(
                new Subject(name, peer, "1", "turns", Family.ROUND_ROBIN, true, true),
                new Cell(Cell.PICK, name, 10, Cell.NONE_DOWN, 1),
                new Interval(1, 0.1, 3),
                new Interval(bytes, 0, 3));
    }
}
