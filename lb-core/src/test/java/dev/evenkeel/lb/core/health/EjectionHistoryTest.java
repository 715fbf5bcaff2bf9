package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.core.outlier.Ejection;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EjectionHistoryTest {
    private static final long SECOND = 1_000_000_000;
    private static final Ejection STEADY = Ejection.DEFAULT.withJitter(0);

    /** In the middle of the jitter. */
    private static final long MIDDLE = Long.MIN_VALUE;

    private static EjectionHistory ejectedInARow(int times, Ejection rules, long start) {
        EjectionHistory history = EjectionHistory.NONE;
        for (int i = 0; i < times; i++) {
            history = history.ejected(rules, i == 0 ? start : history.until(), MIDDLE);
        }
        return history;
    }

    @ParameterizedTest
    @CsvSource({"1,10", "2,20", "3,30", "29,290", "30,300", "31,300", "1000,300"})
    void each_ejection_after_another_takes_longer_up_to_the_longest(int times, long seconds) {
        EjectionHistory before = ejectedInARow(times - 1, STEADY, 0);
        long now = times == 1 ? 0 : before.until();
        EjectionHistory after = before.ejected(STEADY, now, MIDDLE);
        assertThat(after.until() - now).isEqualTo(seconds * SECOND);
        assertThat(after.count()).isEqualTo(Math.min(times, 30));
    }

    @ParameterizedTest
    @CsvSource({"0,4", "9.999999999,4", "10,3", "19.9,3", "20,2", "30,1", "39.9,1", "40,0", "4000000,0"})
    void every_clean_base_after_the_scheduled_end_takes_one_off(double secondsAfter, long count) {
        EjectionHistory four = ejectedInARow(4, STEADY, 77);
        assertThat(four.count(STEADY, four.until() + (long) (secondsAfter * SECOND)))
                .isEqualTo(count);
    }

    @Test
    void nothing_is_taken_off_before_the_scheduled_end_however_early_the_backend_was_readmitted() {
        EjectionHistory three = ejectedInARow(3, STEADY, 0);
        long early = three.until() - 29 * SECOND;
        assertThat(three.count(STEADY, early)).isEqualTo(3);
        assertThat(three.ejected(STEADY, early, MIDDLE)).isEqualTo(new EjectionHistory(4, early + 40 * SECOND));
    }

    @Test
    void ejections_that_could_not_prolong_it_any_more_are_not_remembered() {
        EjectionHistory many = ejectedInARow(10_000, STEADY, 0);
        assertThat(many.count(STEADY, many.until() + 299 * SECOND)).isEqualTo(1);
        assertThat(many.count(STEADY, many.until() + 300 * SECOND)).isZero();
    }

    @Test
    void a_longest_that_is_no_multiple_of_the_base_is_reached() {
        Ejection rules = STEADY.withTimes(Duration.ofSeconds(10), Duration.ofSeconds(25));
        EjectionHistory three = ejectedInARow(3, rules, 0);
        assertThat(three).isEqualTo(new EjectionHistory(3, (10 + 20 + 25) * SECOND));
        assertThat(ejectedInARow(4, rules, 0).count()).isEqualTo(3);
    }

    @Test
    void chance_shortens_and_prolongs_by_a_tenth_at_most_and_spreads_evenly() {
        Ejection rules = Ejection.DEFAULT;
        assertThat(EjectionHistory.NONE.ejected(rules, 0, 0).until()).isEqualTo(9 * SECOND);
        assertThat(EjectionHistory.NONE.ejected(rules, 0, MIDDLE).until()).isEqualTo(10 * SECOND);
        assertThat(EjectionHistory.NONE.ejected(rules, 0, -1).until()).isBetween(11 * SECOND - 1, 11 * SECOND);
        long seed = 5;
        Random random = new Random(seed);
        int[] fifths = new int[5];
        IntStream.range(0, 10_000).forEach(i -> {
            long until =
                    EjectionHistory.NONE.ejected(rules, 0, random.nextLong()).until();
            fifths[(int) Math.min(4, (until - 9 * SECOND) * 5 / (2 * SECOND))]++;
        });
        assertThat(fifths)
                .as("seed %d", seed)
                .satisfies(spread ->
                        IntStream.of(spread).forEach(count -> assertThat(count).isBetween(1_800, 2_200)));
    }

    @Test
    void the_longest_ejection_has_jitter_as_well() {
        EjectionHistory longest = ejectedInARow(30, Ejection.DEFAULT, 0);
        long now = longest.until();
        assertThat(longest.ejected(Ejection.DEFAULT, now, 0).until() - now).isEqualTo(270 * SECOND);
    }

    @Test
    void a_century_of_ejection_does_not_overflow() {
        Duration century = Duration.ofDays(36_525);
        Ejection rules = new Ejection(Duration.ofNanos(1), century, 0.999, 0.5, Duration.ofSeconds(1));
        EjectionHistory full = new EjectionHistory(century.toNanos(), 0);
        long until = full.ejected(rules, 0, -1).until();
        assertThat(until).isBetween((long) (century.toNanos() * 1.99), 2 * century.toNanos());
        Ejection longest = rules.withTimes(century, century);
        assertThat(EjectionHistory.NONE.ejected(longest, 0, -1).until()).isEqualTo(until);
    }

    /** Lives through every second, and takes one off by a countdown. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 500 * SECOND, Long.MIN_VALUE, -1})
    void counts_as_one_who_lives_through_every_second(long start) {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Ejection rules = STEADY.withTimes(
                    Duration.ofSeconds(1 + random.nextInt(10)), Duration.ofSeconds(10 + random.nextInt(60)));
            long base = rules.base().toSeconds();
            long max = rules.max().toSeconds();
            EjectionHistory history = EjectionHistory.NONE;
            long count = 0;
            long remaining = 0;
            long clean = 0;
            for (int second = 0; second < 5_000; second++) {
                long now = start + second * SECOND;
                assertThat(history.count(rules, now))
                        .as("seed %d, second %d", seed, second)
                        .isEqualTo(count);
                if (random.nextInt(30) == 0) {
                    history = history.ejected(rules, now, MIDDLE);
                    count = (count + 1) * base >= max + base ? count : count + 1;
                    remaining = Math.min(max, count * base);
                    clean = 0;
                    assertThat(history)
                            .as("seed %d, second %d", seed, second)
                            .isEqualTo(new EjectionHistory(count, now + remaining * SECOND));
                }
                if (remaining > 0) {
                    remaining--;
                } else if (count > 0 && ++clean == base) {
                    count--;
                    clean = 0;
                }
            }
        }
    }
}
