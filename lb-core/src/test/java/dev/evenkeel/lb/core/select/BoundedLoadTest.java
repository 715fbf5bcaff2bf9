package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.select.HashedPool.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No placement above the bound, by one thread exactly and by many. */
class BoundedLoadTest {
    private record Placed(Node node, long mark) {
        void end() {
            HashedPool.end(node, mark);
        }
    }

    private static Placed place(Selector selector, Attempt attempt) {
        HashedPool.Place place = HashedPool.tryPlace(selector, attempt);
        assertThat(place).as("room where the selector points, undisturbed").isNotNull();
        return new Placed(place.node(), HashedPool.begun(place.node()));
    }

    /** ceil(1.25 * (total + 1) * weight / weights), in whole numbers. */
    private static int bound(int total, long weight, long weights) {
        return Math.toIntExact((5L * (total + 1) * weight + 4 * weights - 1) / (4 * weights));
    }

    private static Attempt skewed(Random random, boolean keyless) {
        return keyless && random.nextInt(4) == 0
                ? Attempt.PLAIN
                : Attempt.keyed("key " + (int) Math.abs(random.nextGaussian() * 3));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "3, 1", "10, 0", "10, 7", "100, 30", "100, 99"})
    void nothing_is_placed_above_the_bound(int n, int down) {
        HashedPool pool = HashedPool.of(n, ConsistentHash.policy());
        IntStream.range(0, down).forEach(i -> pool.node(i).up = false);
        Selector selector = pool.plan();
        long seed = n * 1_000L + down;
        Random random = new Random(seed);
        Deque<Placed> flying = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            if (!flying.isEmpty() && random.nextInt(200) < flying.size()) {
                (random.nextBoolean() ? flying.pollFirst() : flying.pollLast()).end();
            } else {
                int total = flying.size();
                Placed placed = place(selector, skewed(random, true));
                flying.add(placed);
                assertThat(placed.node.inFlight())
                        .as("on %s of %d eligible, total %d, seed %d", placed.node, n - down, total, seed)
                        .isLessThanOrEqualTo(bound(total, 1, n - down));
            }
        }
    }

    @Test
    void one_hot_key_fills_backends_exactly_to_the_bound() {
        HashedPool pool = HashedPool.of(10, ConsistentHash.policy());
        Selector selector = pool.plan();
        Node home = place(selector, Attempt.keyed("hot")).node;
        for (int total = 1; total < 400; total++) {
            place(selector, Attempt.keyed("hot"));
            assertThat(home.inFlight()).isEqualTo(bound(total, 1, 10));
        }
    }

    @Test
    void the_bound_is_by_weight_and_ramp() {
        HashedPool pool = HashedPool.of(4, ConsistentHash.policy());
        pool.node(0).weight = 5;
        pool.node(1).weight = 2;
        pool.node(3).weight = 4;
        pool.node(3).ramp = 50;
        int[] weights = {5, 2, 1, 2};
        Selector selector = pool.plan();
        Random random = new Random(3);
        for (int total = 0; total < 1_000; total++) {
            Node node = place(selector, skewed(random, false)).node;
            assertThat(node.inFlight()).isLessThanOrEqualTo(bound(total, weights[pool.nodes.indexOf(node)], 10));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.1, 2, Double.POSITIVE_INFINITY})
    void there_is_room_under_any_bound(double bound) {
        HashedPool pool = HashedPool.of(7, ConsistentHash.policy().loadBound(bound));
        Selector selector = pool.plan();
        for (int total = 0; total < 500; total++) {
            Node node = place(selector, Attempt.keyed("hot")).node;
            assertThat((double) node.inFlight()).isLessThan(bound * (total + 1) / 7 + 1);
        }
        if (Double.isInfinite(bound)) {
            assertThat(pool.nodes)
                    .as("without a bound, all are at home")
                    .filteredOn(node -> node.inFlight() > 0)
                    .hasSize(1);
        }
    }

    @Test
    void load_that_the_policy_was_not_told_of_keeps_no_attempt_out() {
        HashedPool pool = HashedPool.of(4, ConsistentHash.policy());
        pool.nodes.forEach(node -> node.inFlight.set(100));
        pool.node(2).inFlight.set(90);
        Selector selector = pool.plan();
        for (Attempt attempt : List.of(Attempt.keyed("a"), Attempt.keyed("b"), Attempt.PLAIN)) {
            HashedPool.Place place = HashedPool.tryPlace(selector, attempt);
            assertThat(place).isNotNull();
            assertThat(place.inFlight()).isLessThanOrEqualTo(bound(392, 1, 4));
        }
    }

    @Test
    void an_attempt_leaves_the_group_in_which_it_began() {
        ConsistentHash policy = ConsistentHash.policy();
        HashedPool pool = HashedPool.of(2, policy);
        Selector before = pool.plan(0);
        List<Placed> placed = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            placed.add(place(before, Attempt.PLAIN));
        }
        assertThat(before.room(pool.node(0))).isEqualTo(bound(10, 1, 2));
        Selector after = pool.plan(300);
        placed.forEach(Placed::end);
        assertThat(after.room(pool.node(0)))
                .as("none was taken from the new group")
                .isEqualTo(bound(0, 1, 2));
        assertThat(before.room(pool.node(0))).as("all were taken from the old").isEqualTo(bound(0, 1, 2));
        Node busy = place(after, Attempt.PLAIN).node;
        Node idle = pool.node(busy == pool.node(0) ? 1 : 0);
        assertThat(after.room(idle)).isEqualTo(bound(1, 1, 2));
        assertThat(before.room(idle)).isEqualTo(bound(0, 1, 2));
    }

    @Test
    void eight_threads_place_nothing_above_the_bound() throws Exception {
        int threads = 8;
        int n = 10;
        HashedPool pool = HashedPool.of(n, ConsistentHash.policy());
        Selector selector = pool.plan();
        // Counts an attempt from before it has a place until after it has given it up: never less than the truth.
        AtomicInteger total = new AtomicInteger();
        // The most that the total was, for each thread since it began to look for a place.
        AtomicIntegerArray peaks = new AtomicIntegerArray(threads);
        AtomicInteger refused = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int self = t;
                Random random = new Random(t);
                running.add(executor.submit(() -> {
                    start.await();
                    Deque<Placed> flying = new ArrayDeque<>();
                    for (int i = 0; i < 40_000; i++) {
                        if (flying.size() > 5 || (!flying.isEmpty() && random.nextInt(3) == 0)) {
                            flying.removeFirst().end();
                            total.decrementAndGet();
                            continue;
                        }
                        peaks.set(self, 0);
                        int now = total.incrementAndGet();
                        IntStream.range(0, threads).forEach(peak -> peaks.accumulateAndGet(peak, now, Math::max));
                        HashedPool.Place place = HashedPool.tryPlace(selector, skewed(random, true));
                        if (place == null) {
                            refused.incrementAndGet();
                            total.decrementAndGet();
                            continue;
                        }
                        assertThat(place.inFlight()).isLessThanOrEqualTo(bound(peaks.get(self) - 1, 1, n));
                        flying.add(new Placed(place.node(), HashedPool.begun(place.node())));
                    }
                    flying.forEach(Placed::end);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(selector.room(pool.node(0)))
                .as("nothing is left in the total")
                .isEqualTo(1);
    }
}
