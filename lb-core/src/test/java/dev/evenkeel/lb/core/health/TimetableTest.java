package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.HealthState.Phase;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Also where the clock's numbers wrap. */
    private static final long[] ORIGINS = {0, -7 * SECOND, Long.MAX_VALUE - 5 * SECOND, Long.MIN_VALUE};

    private final HealthCheck steady = HealthCheck.of((endpoint, timeout) -> Verdict.pass())
            .every(Duration.ofSeconds(10))
            .transitionInterval(Duration.ofSeconds(2))
            .downInterval(Duration.ofSeconds(5));

    private Timetable timetable(double jitter) {
        return new Timetable(steady.jitter(jitter).cadence(), new Random(1));
    }

    @ParameterizedTest
    @CsvSource({
        "UP, 0, 10",
        "UP, 3, 10",
        "UP, 10, 10",
        "UP, 10.5, 20",
        "PENDING, 0.1, 2",
        "PENDING, 2, 2",
        "PENDING, 3, 4",
        "PENDING, 4, 4",
        "PENDING, 24.5, 26",
        "DOWN, 0, 5",
        "DOWN, 6, 10"
    })
    void next_is_the_first_tick_of_the_fixed_phase_that_is_not_over(Phase phase, double over, double expected) {
        for (long due : ORIGINS) {
            long next = timetable(0).next(due, due + (long) (over * SECOND), phase);

            assertThat(next - due).as("from %d", due).isEqualTo((long) (expected * SECOND));
        }
    }

    @ParameterizedTest
    @CsvSource({"UP, 10", "DOWN, 5"})
    void settled_probes_are_spread_by_ten_percent_both_ways(Phase phase, long interval) {
        Timetable timetable = timetable(0.1);

        LongSummaryStatistics gaps = LongStream.range(0, 10_000)
                .map(i -> timetable.next(0, SECOND / 10, phase))
                .summaryStatistics();

        assertThat(gaps.getMin()).isBetween((long) (0.9 * interval * SECOND), (long) (0.901 * interval * SECOND));
        assertThat(gaps.getMax()).isBetween((long) (1.099 * interval * SECOND), (long) (1.1 * interval * SECOND));
    }

    @Test
    void pending_probes_are_not_spread() {
        assertThat(LongStream.range(0, 100)
                        .map(i -> timetable(0.5).next(0, SECOND, Phase.PENDING))
                        .distinct())
                .containsExactly(2 * SECOND);
    }

    @Test
    void jitter_neither_skips_a_tick_nor_puts_it_before_now() {
        for (long due : ORIGINS) {
            Timetable timetable = timetable(0.5);
            long now = due + 10 * SECOND - 1;
            for (int i = 0; i < 1_000; i++) {
                assertThat(timetable.next(due, now, Phase.UP) - now).isBetween(0L, 5 * SECOND + 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 250, 1_000, 10_000})
    void first_probes_are_spread_over_the_interval_and_at_most_a_second(long millis) {
        Timetable timetable =
                new Timetable(steady.every(Duration.ofMillis(millis)).cadence(), new Random(2));
        long spread = Math.min(SECOND, TimeUnit.MILLISECONDS.toNanos(millis));

        LongSummaryStatistics first =
                LongStream.range(0, 10_000).map(i -> timetable.anew(7)).summaryStatistics();

        assertThat(first.getMin()).isBetween(7L, 7 + spread / 100);
        assertThat(first.getMax()).isBetween(7 + spread / 100 * 99, 7 + spread);
        assertThat(first.getAverage()).isBetween(7 + spread * 0.48, 7 + spread * 0.52);
    }

    @Test
    void traffic_is_given_one_probe_a_second() {
        for (long now : ORIGINS) {
            assertThat(Timetable.asked(null, now)).isEqualTo(now);
            assertThat(Timetable.asked(now, now + SECOND / 4)).isEqualTo(now + SECOND);
            assertThat(Timetable.asked(now, now + 3 * SECOND)).isEqualTo(now + 3 * SECOND);
        }
    }

    @Test
    void only_more_than_a_second_is_a_pause() {
        for (long due : ORIGINS) {
            assertThat(Timetable.isPause(due, due + SECOND)).isFalse();
            assertThat(Timetable.isPause(due, due + SECOND + 1)).isTrue();
            assertThat(Timetable.isPause(due, due - SECOND)).isFalse();
        }
    }
}
