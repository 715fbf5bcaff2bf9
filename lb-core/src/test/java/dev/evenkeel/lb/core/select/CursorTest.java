package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets, one thread after the other and many at a time. */
@Timeout(120)
class CursorTest {
    private static final int THREADS = 8;

    @ParameterizedTest
    @ValueSource(longs = {0, -3, Integer.MAX_VALUE - 2L, Long.MAX_VALUE - 2})
    void counts_up_by_one_past_every_edge(long start) {
        Cursor cursor = Cursor.startingAt(start);
        for (int i = 0; i < 10; i++) {
            assertThat(cursor.here()).isEqualTo(start + i);
            assertThat(cursor.next()).isEqualTo(start + i);
        }
        assertThat(cursor.width()).isEqualTo(1);
    }

    @Test
    void threads_that_do_not_meet_draw_in_one_order() throws InterruptedException {
        Cursor cursor = Cursor.startingAt(0);
        for (int i = 0; i < 50; i++) {
            long expected = i;
            long[] drawn = new long[1];
            Thread thread = new Thread(() -> drawn[0] = cursor.next());
            thread.start();
            thread.join();
            assertThat(drawn[0]).isEqualTo(expected);
        }
        assertThat(cursor.width()).isEqualTo(1);
    }

    @Test
    void on_one_stripe_no_ticket_is_given_twice_and_none_is_skipped() throws InterruptedException {
        Cursor cursor = Cursor.startingAt(Long.MAX_VALUE - 100_000, 1);
        long[] drawn = drawnBy(THREADS, 100_000, cursor);
        long[] expected = LongStream.range(0, drawn.length)
                .map(i -> Long.MAX_VALUE - 100_000 + i)
                .sorted()
                .toArray();
        assertThat(Arrays.equals(drawn, expected)).isTrue();
        assertThat(cursor.width()).isEqualTo(1);
    }

    @Test
    void each_stripe_counts_without_a_gap() throws InterruptedException {
        int most = 8;
        Cursor cursor = Cursor.startingAt(0, most);
        long[] drawn = drawnBy(THREADS, 200_000, cursor);
        long starts = 1;
        for (int i = 1; i < drawn.length; i++) {
            assertThat(drawn[i]).isNotEqualTo(drawn[i - 1]);
            starts += drawn[i] == drawn[i - 1] + 1 ? 0 : 1;
        }
        assertThat(starts)
                .as("runs without a gap, one per stripe that was used")
                .isBetween(1L, (long) most);
        assertThat(cursor.width()).isLessThanOrEqualTo(most);
    }

    @Test
    void a_counter_that_threads_contend_for_is_split() throws InterruptedException {
        Cursor cursor = Cursor.startingAt(0, 8);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        Thread[] drawing = new Thread[4];
        for (int t = 0; t < drawing.length; t++) {
            drawing[t] = new Thread(() -> {
                while (cursor.width() == 1 && System.nanoTime() - deadline < 0) {
                    for (int i = 0; i < 10_000; i++) {
                        cursor.next();
                    }
                }
            });
            drawing[t].start();
        }
        for (Thread thread : drawing) {
            thread.join();
        }
        assertThat(cursor.width()).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 8", "3, 8", "6, 16", "64, 256", "1000, 256"})
    void there_are_at_most_four_stripes_per_processor(int processors, int stripes) {
        assertThat(Cursor.mostStripes(processors)).isEqualTo(stripes);
    }

    /** Returns all tickets, sorted. */
    static long[] drawnBy(int threads, int each, Cursor cursor) throws InterruptedException {
        long[] drawn = new long[threads * each];
        CyclicBarrier start = new CyclicBarrier(threads);
        Thread[] drawing = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            int from = t * each;
            drawing[t] = new Thread(() -> {
                await(start);
                for (int i = 0; i < each; i++) {
                    drawn[from + i] = cursor.next();
                }
            });
            drawing[t].start();
        }
        for (Thread thread : drawing) {
            thread.join();
        }
        Arrays.sort(drawn);
        return drawn;
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError("the others did not come", e);
        }
    }
}
