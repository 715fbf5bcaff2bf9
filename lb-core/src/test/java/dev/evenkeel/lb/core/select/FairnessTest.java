package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Candidates;
import dev.evenkeel.lb.api.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares under many threads, with and without rebuilds. */
@Timeout(120)
class FairnessTest {
    private static final int THREADS = 8;
    private static final int EACH = 150_000;
    private static final int REBUILDS = 5_000;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100})
    void equal_shares_are_within_one_percent_with_eight_threads(int n) throws Exception {
        Selector selector = RoundRobin.policy().create(Sets.equal(n));
        assertShares(
                picksOf(() -> selector, () -> false, n),
                IntStream.generate(() -> 1).limit(n).toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100})
    void weighted_shares_are_within_one_percent_with_eight_threads(int n) throws Exception {
        int[] weights = IntStream.range(0, n).map(i -> 1 + i % 7).toArray();
        Selector selector = WeightedRoundRobin.policy().create(Sets.weighted(weights));
        assertShares(picksOf(() -> selector, () -> false, n), weights);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void shares_stay_within_one_percent_under_thousands_of_rebuilds(int weightOfTheFirst) throws Exception {
        int[] weights = {weightOfTheFirst, 1, 2, 3, 2, 1};
        int[] stretched = Arrays.stream(weights).map(weight -> 3 * weight).toArray();
        List<Candidates> sets = List.of(Sets.weighted(weights), Sets.weighted(stretched));
        WeightedRoundRobin policy = WeightedRoundRobin.policy();
        AtomicReference<Selector> plan = new AtomicReference<>(policy.create(sets.get(0)));
        AtomicInteger left = new AtomicInteger(REBUILDS);
        Thread builder = new Thread(() -> {
            while (left.get() > 0) {
                plan.set(policy.create(sets.get(left.get() % sets.size())));
                left.decrementAndGet();
            }
        });
        builder.start();
        assertShares(picksOf(plan::get, () -> left.get() > 0, weights.length), weights);
        builder.join();
    }

    private static void assertShares(long[] counts, int[] weights) {
        double sum = Sets.sum(weights);
        long picks = Arrays.stream(counts).sum();
        for (int i = 0; i < weights.length; i++) {
            double ideal = picks * (weights[i] / sum);
            assertThat((double) counts[i])
                    .as("b%d of %s", i, Arrays.toString(counts))
                    .isBetween(ideal * 0.99, ideal * 1.01);
        }
    }

    /** Each thread picks so many times, and on for as long as something else goes on. */
    private static long[] picksOf(Supplier<Selector> plan, BooleanSupplier goingOn, int backends) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try {
            List<Future<long[]>> parts = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                parts.add(executor.submit(() -> {
                    start.await();
                    long[] counts = new long[backends];
                    for (int i = 0; i < EACH || goingOn.getAsBoolean(); i++) {
                        counts[Sets.pick(plan.get())]++;
                    }
                    return counts;
                }));
            }
            long[] total = new long[backends];
            for (Future<long[]> part : parts) {
                long[] counts = part.get();
                Arrays.setAll(total, i -> total[i] + counts[i]);
            }
            return total;
        } finally {
            executor.shutdownNow();
        }
    }
}
