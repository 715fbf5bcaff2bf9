package dev.evenkeel.lb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@link FalseNone}. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RaceTest {
    private static final int PICKS = 2_000_000;
    private static final int THREADS = 4;

    @ParameterizedTest
    @EnumSource(Race.class)
    void none_is_never_said_of_3_backends_while_one_is_up_at_every_instant(Race race) throws InterruptedException {
        neverSaysNone(Backends.of(3), race);
    }

    @ParameterizedTest
    @EnumSource(Race.class)
    void none_is_never_said_of_100_backends_while_one_is_up_at_every_instant(Race race) throws InterruptedException {
        neverSaysNone(Backends.of(100), race);
    }

    private static void neverSaysNone(Backends backends, Race race) throws InterruptedException {
        Race.Result result = race.run(backends, () -> backends.pool().pick(Attempt.PLAIN), PICKS, THREADS);

        assertThat(result.picks()).isEqualTo(PICKS);
        assertThat(result.none()).as("%s", result).isZero();
    }

    @Test
    void the_race_is_real_for_the_classic_round_robin_says_none() throws InterruptedException {
        Backends backends = Backends.of(3);

        Race.Result result = Race.STEADY.run(backends, Picker.classic(backends), PICKS, THREADS);

        assertThat(result.none()).as("%s", result).isPositive();
    }
}
