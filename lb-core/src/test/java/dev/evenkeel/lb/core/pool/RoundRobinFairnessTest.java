package dev.evenkeel.lb.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.core.select.RoundRobin;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Round robin as a pool uses it: every up/down pattern of six backends, and the edges of the cursor. */
class RoundRobinFairnessTest {
    private static final int BACKENDS = 6;

    static Stream<Integer> everyPattern() {
        return IntStream.range(0, 1 << BACKENDS).boxed();
    }

    static LongStream edges() {
        return LongStream.of(
                0, Integer.MAX_VALUE - 7L, Integer.MAX_VALUE, (1L << 32) - 7, Long.MAX_VALUE - 7, Long.MAX_VALUE, -7);
    }

    @ParameterizedTest
    @MethodSource("everyPattern")
    void picks_in_sequence_differ_by_at_most_one_among_the_live(int up) {
        assertSpread(pool(up, RoundRobin.startingAt(12_345)), up, 1_000, 1);
    }

    @ParameterizedTest
    @MethodSource("edges")
    void the_edges_of_the_cursor_cost_at_most_one_more_and_leave_no_array(long start) {
        for (int up = 1; up < 1 << BACKENDS; up++) {
            assertSpread(pool(up, RoundRobin.startingAt(start)), up, 1_000, 2);
        }
    }

    private static void assertSpread(Pool pool, int up, int picks, int tolerance) {
        int[] counts = new int[BACKENDS];
        for (int i = 0; i < picks; i++) {
            Member member = pool.pick(Attempt.PLAIN);
            if (up == 0) {
                assertThat(member).isNull();
            } else {
                counts[number(member)]++;
            }
        }
        if (up != 0) {
            int most = live(up).map(i -> counts[i]).max().orElseThrow();
            int least = live(up).map(i -> counts[i]).min().orElseThrow();
            assertThat(most - least)
                    .as("pattern %d: %s", up, Arrays.toString(counts))
                    .isLessThanOrEqualTo(tolerance);
            assertThat(live(up).map(i -> counts[i]).sum()).isEqualTo(picks);
        }
    }

    @ParameterizedTest
    @MethodSource("everyPattern")
    void concurrent_picks_are_within_one_percent(int up) throws Exception {
        int threads = 4;
        int each = 6_000;
        Pool pool = pool(up, RoundRobin.policy());
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<int[]>> counting = IntStream.range(0, threads)
                    .mapToObj(i -> executor.submit(() -> {
                        int[] counts = new int[BACKENDS + 1];
                        start.await();
                        for (int pick = 0; pick < each; pick++) {
                            Member member = pool.pick(Attempt.PLAIN);
                            counts[member == null ? BACKENDS : number(member)]++;
                        }
                        return counts;
                    }))
                    .toList();
            int[] total = new int[BACKENDS + 1];
            for (Future<int[]> counts : counting) {
                int[] one = counts.get();
                Arrays.setAll(total, i -> total[i] + one[i]);
            }
            int ideal = up == 0 ? 0 : threads * each / Integer.bitCount(up);
            for (int i = 0; i < BACKENDS; i++) {
                int expected = (up >> i & 1) == 1 ? ideal : 0;
                assertThat(total[i])
                        .as("b%d of pattern %d", i, up)
                        .isBetween(expected * 99 / 100, (expected * 101 + 99) / 100);
            }
            assertThat(total[BACKENDS]).isEqualTo(up == 0 ? threads * each : 0);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void the_cursor_goes_on_when_the_set_changes() {
        Roster roster = Rosters.of(3, Rosters.DEAF);
        Pool pool = new Pool("orders", roster, RoundRobin.startingAt(0));
        pool.refresh();
        assertThat(number(pool.pick(Attempt.PLAIN))).isEqualTo(0);
        assertThat(number(pool.pick(Attempt.PLAIN))).isEqualTo(1);
        roster.add(Rosters.endpoint(3));
        pool.refresh();
        assertThat(number(pool.pick(Attempt.PLAIN))).as("ticket 2 of 4").isEqualTo(2);
    }

    @Test
    void balancers_do_not_all_begin_with_the_same_backend() {
        Set<Integer> firsts = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            firsts.add(number(pool((1 << BACKENDS) - 1, RoundRobin.policy()).pick(Attempt.PLAIN)));
        }
        assertThat(firsts)
                .as("200 random starts miss one of 6 with a chance of 10^-15")
                .hasSize(BACKENDS);
    }

    private static Pool pool(int up, RoundRobin policy) {
        Roster roster = Rosters.of(BACKENDS, Rosters.DEAF);
        for (int i = 0; i < BACKENDS; i++) {
            Rosters.probeGate(roster, i, (up >> i & 1) == 0);
        }
        Pool pool = new Pool("orders", roster, policy);
        pool.refresh();
        return pool;
    }

    private static IntStream live(int up) {
        return IntStream.range(0, BACKENDS).filter(i -> (up >> i & 1) == 1);
    }

    private static int number(@Nullable Member member) {
        assertThat(member).isNotNull();
        return Integer.parseInt(member.endpoint().host().substring(1));
    }
}
