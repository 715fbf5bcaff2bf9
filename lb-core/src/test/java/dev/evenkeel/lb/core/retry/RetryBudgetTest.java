package dev.evenkeel.lb.core.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much may be made again, against an oracle that keeps every entry. */
class RetryBudgetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long START = Long.MAX_VALUE - 30 * SECOND; // the clock passes its edge

    @Test
    void the_reserve_is_there_from_the_start_and_comes_back_after_the_time_to_live() {
        RetryTokens tokens = RetryBudget.DEFAULT.bucket(START);
        assertThat(taken(tokens, START, 100)).isEqualTo(30);
        assertThat(tokens.hasAny(START + 10 * SECOND - 1)).isFalse();
        assertThat(tokens.hasAny(START + 10 * SECOND)).isTrue();
        assertThat(taken(tokens, START + 10 * SECOND, 100)).isEqualTo(30);
    }

    @Test
    void five_calls_pay_for_one_extra_attempt() {
        RetryTokens tokens = RetryBudget.DEFAULT.withFloorPerSecond(0).bucket(START);
        for (int call = 1; call <= 20; call++) {
            tokens.deposit(START);
            assertThat(tokens.hasAny(START)).isEqualTo(call % 5 == 0);
            assertThat(tokens.tryWithdraw(START)).isEqualTo(call % 5 == 0);
        }
    }

    @Test
    void what_was_paid_in_is_lost_after_the_time_to_live() {
        RetryTokens tokens = RetryBudget.DEFAULT.withFloorPerSecond(0).bucket(START);
        for (int call = 0; call < 50; call++) {
            tokens.deposit(START);
        }
        assertThat(taken(tokens, START + 10 * SECOND - 1, 4)).isEqualTo(4);
        assertThat(tokens.hasAny(START + 10 * SECOND)).isFalse();
        assertThat(tokens.hasAny(START + 1_000 * SECOND)).isFalse();
    }

    @Test
    void without_a_share_and_without_a_floor_there_is_nothing() {
        RetryTokens tokens =
                RetryBudget.DEFAULT.withFloorPerSecond(0).withPercent(0).bucket(START);
        tokens.deposit(START);
        assertThat(tokens.tryWithdraw(START)).isFalse();
        assertThat(tokens).hasToString("retry tokens, 0 % of the calls and a reserve of 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_answer_is_that_of_the_oracle(int seed) {
        Random random = new Random(seed);
        RetryBudget budget = new RetryBudget(
                random.nextInt(200), random.nextInt(4), Duration.ofMillis(1_000 + 10 * random.nextInt(2_000)));
        RetryTokens tokens = budget.bucket(START);
        Oracle oracle = new Oracle(budget);
        long now = 0;
        int granted = 0;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextInt(50) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(SECOND / 50);
            if (random.nextInt(3) > 0) {
                tokens.deposit(START + now);
                oracle.add(now, budget.percent());
            } else {
                boolean may = oracle.balance(now) >= 100;
                assertThat(tokens.hasAny(START + now))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(may);
                assertThat(tokens.tryWithdraw(START + now))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(may);
                if (may) {
                    oracle.add(now, -100);
                    granted++;
                }
            }
        }
        assertThat(granted).as("seed %d, %s", seed, budget).isBetween(10, 19_000);
    }

    /** Every entry with the moment at which it expires. */
    private static final class Oracle {
        private record Entry(double expires, int amount) {}

        private final RetryBudget budget;
        private final List<Entry> entries = new ArrayList<>();

        Oracle(RetryBudget budget) {
            this.budget = budget;
        }

        void add(long now, int amount) {
            double step = budget.ttl().toNanos() / 10.0;
            entries.add(new Entry(Math.floor(now / step) * step + budget.ttl().toNanos(), amount));
        }

        long balance(long now) {
            entries.removeIf(entry -> entry.expires <= now);
            long sum = budget.floorPerSecond() * budget.ttl().toMillis() / 1_000 * 100;
            for (Entry entry : entries) {
                sum += entry.amount;
            }
            return sum;
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "10", "100", "1000"})
    void when_every_call_fails_the_load_is_bounded_by_the_share_and_the_floor(int callsPerSecond) {
        int seconds = 120;
        RetryTokens tokens = RetryBudget.DEFAULT.bucket(START);
        int extra = 0;
        int calls = callsPerSecond * seconds;
        for (int call = 0; call < calls; call++) {
            long now = START + call * SECOND / callsPerSecond;
            tokens.deposit(now);
            extra += tokens.tryWithdraw(now) ? 1 : 0;
        }
        // The reserve for 120 s, and the share.
        assertThat(extra).isLessThanOrEqualTo(calls / 5 + 3 * seconds);
        assertThat(extra).as("nor is it stingy").isGreaterThanOrEqualTo(Math.min(calls, calls / 5 + 3 * seconds - 30));
    }

    @Test
    @Timeout(60)
    void threads_together_never_take_more_than_there_is() throws Exception {
        int threads = 4;
        for (int round = 0; round < 300; round++) {
            RetryTokens tokens = RetryBudget.DEFAULT.bucket(START);
            for (int call = 0; call < 1_000; call++) {
                tokens.deposit(START);
            }
            var pool = Executors.newFixedThreadPool(threads);
            try {
                List<Future<Integer>> takers = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    takers.add(pool.submit(() -> taken(tokens, START, 100)));
                }
                int sum = 0;
                for (Future<Integer> taker : takers) {
                    sum += taker.get();
                }
                assertThat(sum).isLessThanOrEqualTo(230);
                assertThat(sum + taken(tokens, START, 300))
                        .as("and what is left can be taken")
                        .isEqualTo(230);
            } finally {
                pool.shutdownNow();
            }
        }
    }

    @Test
    void a_window_that_is_full_stays_full() {
        RetryTokens tokens = new RetryBudget(1_000, 0, Duration.ofSeconds(60)).bucket(0);
        int full = Integer.MAX_VALUE / 1_000;
        for (int call = 0; call < full + 1_000; call++) {
            tokens.deposit(1);
        }
        assertThat(taken(tokens, 2, 1_000_000)).isEqualTo(1_000_000);
    }

    @Test
    void a_thread_that_read_the_clock_long_ago_takes_from_the_same_bucket() {
        RetryTokens tokens = RetryBudget.DEFAULT.bucket(START);
        assertThat(taken(tokens, START + 25 * SECOND, 29)).isEqualTo(29);
        assertThat(taken(tokens, START + 24 * SECOND, 5)).isEqualTo(1);
        assertThat(taken(tokens, START + 25 * SECOND, 5)).isZero();
    }

    @Test
    void values_out_of_range_are_refused() {
        assertThatThrownBy(() -> RetryBudget.DEFAULT.withPercent(-1))
                .hasMessage("a retry budget must be 0 to 1000 percent of the calls, was -1");
        assertThatThrownBy(() -> RetryBudget.DEFAULT.withPercent(1_001)).hasMessageEndingWith("was 1001");
        assertThatThrownBy(() -> RetryBudget.DEFAULT.withFloorPerSecond(-1))
                .hasMessage("the floor of a retry budget must be 0 to 10000 a second, was -1");
        assertThatThrownBy(() -> RetryBudget.DEFAULT.withFloorPerSecond(10_001)).hasMessageEndingWith("was 10001");
        assertThatThrownBy(() -> RetryBudget.DEFAULT.withTtl(Duration.ofMillis(999)))
                .hasMessage("the time to live of a retry budget must be 1 s to 60 s, was PT0.999S");
        assertThatThrownBy(() -> RetryBudget.DEFAULT.withTtl(Duration.ofSeconds(61)))
                .hasMessageEndingWith("was PT1M1S");
    }

    private static int taken(RetryTokens tokens, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += tokens.tryWithdraw(now) ? 1 : 0;
        }
        return taken;
    }
}
