package dev.evenkeel.lb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.benchmarks.Rounds.Interval;
import dev.evenkeel.lb.benchmarks.Rounds.Round;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    private static final Offset<Double> EXACTLY = Assertions.within(1e-9);

    @Test
    void rounds_that_agree_leave_nothing_open() {
        Rounds rounds = new Rounds();
        rounds.addFork(IntStream.range(0, 5)
                .mapToObj(i -> new Round(50 + i, 60 + i, 58 + i))
                .toList());
        Interval ratio = rounds.ratioOfAdded();
        assertThat(ratio.low()).isCloseTo(0.8, EXACTLY);
        assertThat(ratio.mean()).isCloseTo(0.8, EXACTLY);
        assertThat(ratio.high()).isCloseTo(0.8, EXACTLY);
        assertThat(rounds.of(Round::bare).mean()).isCloseTo(52, EXACTLY);
    }

    @Test
    void round_that_was_disturbed_does_not_count() {
        List<Round> measured = new ArrayList<>(Collections.nCopies(19, new Round(50, 60, 62)));
        measured.add(new Round(50, 60, 1_000));
        Rounds rounds = new Rounds();
        rounds.addFork(measured);
        assertThat(rounds.ratioOfAdded().mean()).isCloseTo(1.2, EXACTLY);
    }

    @Test
    void interval_is_around_the_truth_and_narrows_with_rounds() {
        Interval few = noisy(10).ratioOfAdded();
        Interval many = noisy(300).ratioOfAdded();
        assertThat(many.low()).isLessThan(1.2).isGreaterThan(1.05);
        assertThat(many.high()).isGreaterThan(1.2).isLessThan(1.35);
        assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 2);
    }

    @Test
    void forks_that_differ_leave_more_open_than_their_rounds_say() {
        Rounds rounds = new Rounds();
        for (int fork = 0; fork < 8; fork++) {
            rounds.addFork(Collections.nCopies(100, new Round(50, 60, fork % 2 == 0 ? 60 : 64)));
        }
        Interval ratio = rounds.ratioOfAdded();
        assertThat(ratio.mean()).isCloseTo(1.2, EXACTLY);
        assertThat(ratio.low()).isBetween(1.0, 1.15);
        assertThat(ratio.high()).isBetween(1.25, 1.4);
    }

    @Test
    void round_is_read_as_it_was_written() {
        Round round = new Round(27.1234, 28.5, 28.0625);
        assertThat(Round.parse(round.line())).isEqualTo(round);
    }

    /** Of 10 us that the interceptor adds, the wrapped client makes 12. */
    private static Rounds noisy(int count) {
        Random random = new Random(42);
        List<Round> measured = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double bare = 50 + 2 * random.nextGaussian();
            measured.add(new Round(bare, bare + 10 + 2 * random.nextGaussian(), bare + 12 + 2 * random.nextGaussian()));
        }
        Rounds rounds = new Rounds();
        rounds.addFork(measured);
        return rounds;
    }
}
