package dev.evenkeel.lb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.benchmarks.Rounds.Interval;
import dev.evenkeel.lb.benchmarks.Rounds.Round;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    private static final Offset<Double> EXACTLY = Assertions.within(1e-9);

    @Test
    void rounds_that_agree_leave_nothing_open() {
        Rounds rounds = new Rounds();
        for (int i = 0; i < 5; i++) {
            rounds.add(new Round(50 + i, 60 + i, 58 + i));
        }
        Interval ratio = rounds.ratioOfAdded();
        assertThat(ratio.low()).isCloseTo(0.8, EXACTLY);
        assertThat(ratio.mean()).isCloseTo(0.8, EXACTLY);
        assertThat(ratio.high()).isCloseTo(0.8, EXACTLY);
        assertThat(rounds.of(Round::bare).mean()).isCloseTo(52, EXACTLY);
    }

    @Test
    void round_that_was_disturbed_does_not_count() {
        Rounds rounds = new Rounds();
        for (int i = 0; i < 19; i++) {
            rounds.add(new Round(50, 60, 62));
        }
        rounds.add(new Round(50, 60, 1_000));
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

    /** Of 10 us that the interceptor adds, the wrapped client makes 12. */
    private static Rounds noisy(int count) {
        Random random = new Random(42);
        Rounds rounds = new Rounds();
        for (int i = 0; i < count; i++) {
            double bare = 50 + 2 * random.nextGaussian();
            rounds.add(new Round(bare, bare + 10 + 2 * random.nextGaussian(), bare + 12 + 2 * random.nextGaussian()));
        }
        return rounds;
    }
}
