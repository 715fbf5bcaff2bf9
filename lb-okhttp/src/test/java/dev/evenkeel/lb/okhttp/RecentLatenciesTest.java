package dev.evenkeel.lb.okhttp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentLatenciesTest {
    @Test
    void the_start_stands_until_enough_is_known() {
        RecentLatencies latencies = new RecentLatencies(95, 500);
        for (int i = 1; i < RecentLatencies.STEP; i++) {
            latencies.add(7);
            assertThat(latencies.quantile()).isEqualTo(500);
        }
        latencies.add(7);
        assertThat(latencies.quantile()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"50,128", "95,244", "99,254"})
    void it_is_the_value_of_the_nearest_rank(int percentile, long expected) {
        RecentLatencies latencies = new RecentLatencies(percentile, 0);
        for (int i = RecentLatencies.SIZE; i >= 1; i--) {
            latencies.add(i);
        }
        assertThat(latencies.quantile()).isEqualTo(expected);
    }

    @Test
    void what_is_older_than_the_latest_is_forgotten() {
        RecentLatencies latencies = new RecentLatencies(95, 0);
        for (int i = 0; i < RecentLatencies.SIZE; i++) {
            latencies.add(1_000);
        }
        for (int i = 0; i < RecentLatencies.SIZE; i++) {
            latencies.add(1);
        }
        assertThat(latencies.quantile()).isEqualTo(1);
    }

    @Test
    void it_is_near_the_quantile_of_what_the_values_are_drawn_from() {
        long seed = 42;
        Random random = new Random(seed);
        RecentLatencies latencies = new RecentLatencies(95, 0);
        int inside = 0;
        int looks = 1_000;
        for (int look = 0; look < looks; look++) {
            for (int i = 0; i < RecentLatencies.STEP; i++) {
                latencies.add(random.nextInt(1_000_000));
            }
            if (latencies.quantile() > 910_000 && latencies.quantile() < 985_000) {
                inside++;
            }
        }
        assertThat(inside).as("of %s with seed %s", looks, seed).isGreaterThan(970);
    }

    @Test
    void threads_together_lose_no_count() throws InterruptedException {
        RecentLatencies latencies = new RecentLatencies(95, 0);
        int threads = 4;
        CountDownLatch done = new CountDownLatch(threads);
        for (int thread = 0; thread < threads; thread++) {
            RawServer.daemon("adder-" + thread, () -> {
                for (int i = 0; i < 10_000; i++) {
                    latencies.add(5);
                }
                done.countDown();
            });
        }
        done.await();
        assertThat(latencies.quantile()).isEqualTo(5);
    }
}
