package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeMemoryTest {
    private static final long SECOND = 1_000_000_000;
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final long START = 42;
    private static final List<Kind> FAULTS = List.of(Kind.FAILURE, Kind.UNREACHABLE, Kind.REJECTED, Kind.IGNORED);

    private final OutcomeMemory memory = new OutcomeMemory(WINDOW, START);

    /** What was recorded, in full. Times are relative to the start, so that here no clock passes the largest long. */
    private static final class Ledger {
        private record Entry(long at, Kind kind) {}

        private final List<Entry> entries = new ArrayList<>();
        private final long window;

        Ledger(Duration window) {
            this.window = window.toNanos();
        }

        void add(long at, Kind kind) {
            entries.add(new Entry(at, kind));
        }

        Tally tally(long now) {
            return tally(now, 1);
        }

        Tally tally(long now, int windows) {
            long successes = 0;
            long failures = 0;
            long tenthNow = Math.floorDiv(now * 10, window);
            for (Entry entry : entries) {
                boolean counts = Math.floorDiv(entry.at * 10, window) >= tenthNow - 10L * windows;
                boolean young = now - entry.at <= windows * window;
                boolean old = now - entry.at >= windows * window + window / 10;
                assertThat((young && !counts) || (old && counts))
                        .as("the ledger")
                        .isFalse();
                if (counts && entry.kind == Kind.SUCCESS) {
                    successes++;
                }
                if (counts && (entry.kind == Kind.FAILURE || entry.kind == Kind.UNREACHABLE)) {
                    failures++;
                }
            }
            return new Tally(successes, failures, inARow());
        }

        private long inARow() {
            List<Kind> verdicts = entries.stream()
                    .map(Entry::kind)
                    .filter(kind -> kind != Kind.REJECTED && kind != Kind.IGNORED)
                    .toList();
            return verdicts.size() - 1L - verdicts.lastIndexOf(Kind.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 42, Long.MAX_VALUE - 5_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void remembers_what_a_full_ledger_says(long start) {
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            Duration window = Duration.ofSeconds(1 + random.nextInt(20));
            OutcomeMemory tested = new OutcomeMemory(window, start);
            Ledger ledger = new Ledger(window);
            long now = 0;
            double failing = random.nextDouble();
            for (int i = 0; i < 300; i++) {
                now += step(random, window.toNanos() / 10);
                Kind kind = random.nextDouble() < failing ? FAULTS.get(random.nextInt(4)) : Kind.SUCCESS;
                ledger.add(now, kind);
                Tally expected = ledger.tally(now);
                assertThat(tested.record(kind, start + now))
                        .as("seed %d, outcome %d", seed, i)
                        .isEqualTo(expected.inARow());
                assertThat(tested.tally(start + now))
                        .as("seed %d, after outcome %d", seed, i)
                        .isEqualTo(expected);
                long later = now + step(random, window.toNanos() / 10);
                assertThat(tested.tally(start + later))
                        .as("seed %d, later than outcome %d", seed, i)
                        .isEqualTo(ledger.tally(later));
                for (int windows = 2; windows <= OutcomeMemory.WINDOWS; windows++) {
                    assertThat(tested.tally(start + later, 10 * windows))
                            .as("seed %d, in %d windows after outcome %d", seed, windows, i)
                            .isEqualTo(ledger.tally(later, windows));
                }
            }
        }
    }

    /** Mostly less than a tenth or nothing at all, at times exactly so many tenths, and now and then a leap. */
    private static long step(Random random, long tenth) {
        return switch (random.nextInt(20)) {
            case 0 -> tenth * random.nextInt(20);
            case 1 -> tenth * (9 + random.nextInt(3)) + random.nextInt(3) - 1;
            case 2 -> TimeUnit.DAYS.toNanos(random.nextInt(40));
            case 3, 4, 5, 6, 7 -> 0;
            default -> (long) (random.nextDouble() * tenth / 3);
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REJECTED", "IGNORED"})
    void a_rejection_and_an_end_without_verdict_touch_nothing(Kind kind) {
        memory.record(Kind.FAILURE, START);
        memory.record(Kind.FAILURE, START);
        assertThat(memory.record(kind, START)).isEqualTo(2);
        assertThat(memory.tally(START)).isEqualTo(new Tally(0, 2, 2));
        memory.record(Kind.SUCCESS, START);
        assertThat(memory.record(kind, START)).isZero();
        assertThat(memory.tally(START)).isEqualTo(new Tally(1, 2, 0));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"FAILURE", "UNREACHABLE"})
    void what_blames_the_backend_counts_in_a_row(Kind kind) {
        assertThat(memory.record(kind, START)).isEqualTo(1);
        assertThat(memory.record(kind, START)).isEqualTo(2);
        assertThat(memory.tally(START)).isEqualTo(new Tally(0, 2, 2));
    }

    @Test
    void a_row_of_failures_outlasts_the_window() {
        memory.record(Kind.FAILURE, START);
        long later = START + TimeUnit.DAYS.toNanos(365);
        assertThat(memory.tally(later)).isEqualTo(new Tally(0, 0, 1));
        assertThat(memory.record(Kind.FAILURE, later)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 500_000_000, 999_999_999})
    void an_outcome_counts_for_the_window_and_at_most_a_tenth_longer(long offset) {
        long then = START + 7 * SECOND + offset;
        memory.record(Kind.FAILURE, then);
        assertThat(memory.tally(then + 10 * SECOND).failures()).isEqualTo(1);
        assertThat(memory.tally(then + 11 * SECOND).failures()).isZero();
    }

    @Test
    void a_thread_whose_clock_is_behind_is_counted_where_it_belongs_and_not_at_all_when_that_is_past() {
        long now = START + 100 * SECOND;
        memory.record(Kind.SUCCESS, now);
        memory.record(Kind.SUCCESS, now - 3 * SECOND);
        memory.record(Kind.SUCCESS, now - 16 * SECOND);
        assertThat(memory.tally(now)).isEqualTo(new Tally(2, 0, 0));
        assertThat(memory.tally(now + 8 * SECOND)).isEqualTo(new Tally(1, 0, 0));
    }

    @Test
    void a_reader_whose_clock_is_behind_sees_what_was_recorded() {
        memory.record(Kind.FAILURE, START + 50 * SECOND);
        assertThat(memory.tally(START + 47 * SECOND).failures()).isEqualTo(1);
    }

    @Test
    void a_clock_read_before_the_memory_was_made_is_the_beginning() {
        memory.record(Kind.FAILURE, START - 5);
        assertThat(memory.tally(START - 7)).isEqualTo(new Tally(0, 1, 1));
    }

    @Test
    void what_is_forgotten_is_gone_and_what_comes_later_counts() {
        long now = START + 33 * SECOND;
        memory.record(Kind.SUCCESS, now);
        memory.record(Kind.FAILURE, now);
        memory.forget(now);
        assertThat(memory.tally(now)).isEqualTo(new Tally(0, 0, 0));
        assertThat(memory.record(Kind.FAILURE, now)).isEqualTo(1);
        memory.record(Kind.SUCCESS, now);
        assertThat(memory.tally(now + 10 * SECOND)).isEqualTo(new Tally(1, 1, 0));
        assertThat(memory.tally(now + 11 * SECOND)).isEqualTo(new Tally(0, 0, 0));
    }

    @Test
    void tells_for_how_many_tenths_it_remembers_all() {
        assertThat(memory.tenths(START)).isZero();
        assertThat(memory.tenths(START + 7 * SECOND)).isEqualTo(7);
        assertThat(memory.tenths(START + 60 * SECOND)).isEqualTo(60);
        assertThat(memory.tenths(START + 61 * SECOND)).isEqualTo(60);
        memory.forget(START + 90 * SECOND);
        assertThat(memory.tenths(START + 89 * SECOND)).as("of a late reader").isZero();
        assertThat(memory.tenths(START + 93 * SECOND)).isEqualTo(3);
    }

    @Test
    void looks_back_for_six_windows_at_most() {
        memory.record(Kind.FAILURE, START);
        assertThat(memory.tally(START + 60 * SECOND, 60)).isEqualTo(new Tally(0, 1, 1));
        assertThat(memory.tally(START + 61 * SECOND, 60)).isEqualTo(new Tally(0, 0, 1));
        assertThat(memory.tally(START + 61 * SECOND, 63)).isEqualTo(new Tally(0, 0, 1));
        memory.record(Kind.FAILURE, START + 80 * SECOND);
        assertThat(memory.tally(START + 80 * SECOND, 60))
                .as("its slot is taken over")
                .isEqualTo(new Tally(0, 1, 2));
    }

    @Test
    void a_full_tenth_stays_full_and_is_right_again_when_it_is_past() {
        long max = OutcomeMemory.MAX_COUNT;
        OutcomeMemory nearlyFull = new OutcomeMemory(WINDOW, START, max - 2);
        for (int i = 0; i < 5; i++) {
            nearlyFull.record(Kind.SUCCESS, START);
            nearlyFull.record(Kind.FAILURE, START);
        }
        assertThat(nearlyFull.tally(START)).isEqualTo(new Tally(max, max, 1));
        nearlyFull.record(Kind.SUCCESS, START + SECOND);
        assertThat(nearlyFull.tally(START + SECOND)).isEqualTo(new Tally(max + 1, max, 0));
        assertThat(nearlyFull.tally(START + 11 * SECOND)).isEqualTo(new Tally(1, 0, 0));
    }

    @Test
    void no_outcome_of_many_threads_is_lost_while_time_goes_on_and_others_read() throws Exception {
        int each = 100_000;
        AtomicLong clock = new AtomicLong(START);
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong most = new AtomicLong();
        CountDownLatch done = new CountDownLatch(2);
        Thread reader = new Thread(() -> {
            while (!over.get()) {
                most.accumulateAndGet(memory.tally(clock.get()).calls(), Math::max);
            }
        });
        reader.start();
        for (int i = 0; i < 2; i++) {
            Kind kind = i == 0 ? Kind.SUCCESS : Kind.FAILURE;
            new Thread(() -> {
                        for (int n = 0; n < each; n++) {
                            // Together they go on by less than the window.
                            memory.record(n % 2 == 0 ? kind : Kind.SUCCESS, clock.addAndGet(45_000));
                        }
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        over.set(true);
        reader.join(TimeUnit.SECONDS.toMillis(60));
        Tally tally = memory.tally(clock.get());
        assertThat(tally.successes()).isEqualTo(each + each / 2);
        assertThat(tally.failures()).isEqualTo(each / 2);
        assertThat(most.get()).as("the most a reader saw").isLessThanOrEqualTo(2L * each);
    }
}
