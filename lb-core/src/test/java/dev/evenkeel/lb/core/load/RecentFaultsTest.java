package dev.evenkeel.lb.core.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecentFaultsTest {
    private static final long MILLI = 1_000_000;

    private final AtomicLong now = new AtomicLong(42);
    private final AtomicLong clockReads = new AtomicLong();
    private final RecentFaults faults = onClock();

    private RecentFaults onClock() {
        return new RecentFaults(() -> {
            clockReads.getAndIncrement();
            return now.get();
        });
    }

    private static void end(RecentFaults faults, Kind outcome) {
        faults.ended(faults.begun(), outcome, false);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"FAILURE", "UNREACHABLE", "REJECTED"})
    void a_fault_counts(Kind outcome) {
        end(faults, outcome);
        assertThat(faults.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SUCCESS", "IGNORED"})
    void what_is_no_fault_does_not_count(Kind outcome) {
        end(faults, outcome);
        assertThat(faults.count()).isZero();
    }

    @Test
    void a_fault_seen_at_the_answer_counts_once_when_it_ends() {
        long mark = faults.begun();
        faults.answered(mark, Kind.FAILURE);
        assertThat(faults.count()).as("it is still in flight").isZero();
        faults.ended(mark, Kind.FAILURE, true);
        assertThat(faults.count()).isEqualTo(1);
    }

    @Test
    void a_failure_after_a_good_answer_counts() {
        long mark = faults.begun();
        faults.answered(mark, Kind.SUCCESS);
        faults.ended(mark, Kind.FAILURE, true);
        assertThat(faults.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100, 249, 250, 251, 700, 999, 1_249, 1_750, 10_001})
    void a_fault_counts_for_a_second_and_at_most_a_quarter_more(long atMillis) {
        now.addAndGet(atMillis * MILLI);
        long then = now.get();
        end(faults, Kind.FAILURE);
        now.set(then + 1_000 * MILLI);
        assertThat(faults.count()).as("a second later").isEqualTo(1);
        now.set(then + 1_250 * MILLI);
        assertThat(faults.count()).as("1.25 s later").isZero();
    }

    @Test
    void faults_in_every_slot_add_up_and_go_one_by_one() {
        for (int i = 0; i < 40; i++) {
            end(faults, Kind.FAILURE);
            int recent = Math.min(i + 1, 5);
            assertThat(faults.count())
                    .as("after %d slots with one fault each", i + 1)
                    .isEqualTo(recent);
            now.addAndGet(250 * MILLI);
        }
        assertThat(IntStream.range(0, 6)
                        .mapToObj(i -> {
                            long count = faults.count();
                            now.addAndGet(250 * MILLI);
                            return count;
                        })
                        .toList())
                .containsExactly(4L, 3L, 2L, 1L, 0L, 0L);
    }

    @Test
    void no_clock_is_read_before_a_fault_nor_after_it_is_past() {
        clockReads.set(0);
        assertThat(faults.count()).isZero();
        assertThat(clockReads).as("before any fault").hasValue(0);
        end(faults, Kind.FAILURE);
        now.addAndGet(2_000 * MILLI);
        assertThat(faults.count()).isZero();
        clockReads.set(0);
        assertThat(faults.count()).isZero();
        assertThat(clockReads).as("once it was found past").hasValue(0);
        end(faults, Kind.FAILURE);
        assertThat(faults.count()).as("a new one").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE - 300_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, -1, -600_000_000L})
    void the_clock_may_pass_the_largest_long(long start) {
        now.set(start);
        RecentFaults onTheEdge = onClock();
        for (int i = 0; i < 20; i++) {
            end(onTheEdge, Kind.FAILURE);
            assertThat(onTheEdge.count()).isEqualTo(Math.min(i + 1, 5));
            now.addAndGet(250 * MILLI);
        }
        now.addAndGet(1_250 * MILLI);
        assertThat(onTheEdge.count()).isZero();
    }

    @Test
    void a_fault_a_century_later_does_not_bring_back_the_old_ones() {
        IntStream.range(0, 5).forEach(i -> end(faults, Kind.FAILURE));
        now.addAndGet(TimeUnit.DAYS.toNanos(36_525));
        end(faults, Kind.FAILURE);
        assertThat(faults.count()).isEqualTo(1);
    }

    @Test
    void a_full_slot_stays_full() {
        int max = (1 << 24) - 1;
        for (int i = 0; i < max + 10; i++) {
            end(faults, Kind.FAILURE);
        }
        assertThat(faults.count()).isEqualTo(max);
        now.addAndGet(1_250 * MILLI);
        assertThat(faults.count()).isZero();
    }

    @Test
    void a_clock_that_is_behind_that_of_the_fault_sees_it() {
        now.addAndGet(500 * MILLI);
        end(faults, Kind.FAILURE);
        now.addAndGet(-500 * MILLI);
        assertThat(faults.count()).isEqualTo(1);
    }

    @Test
    void no_fault_of_many_threads_is_lost() throws Exception {
        int each = 50_000;
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            new Thread(() -> {
                        IntStream.range(0, each).forEach(fault -> end(faults, Kind.FAILURE));
                        done.countDown();
                    })
                    .start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(faults.count()).isEqualTo(2L * each);
    }
}
