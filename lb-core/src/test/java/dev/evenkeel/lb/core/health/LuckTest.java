package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.Outcome.Kind;
import dev.evenkeel.lb.core.outlier.Detectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How often chance makes an outlier of a healthy backend in a day of looks, one a second, and how soon a sick one is found;
 * by seeded runs of both detectors of rates. Failures in a row are left out: how often chance makes those is a product.
 */
class LuckTest {
    private static final long SEED = 7;
    private static final int DAY = 86_400;
    private static final long SECOND = 1_000_000_000;
    private static final Detectors RULES = Detectors.DEFAULT.withConsecutiveFailures(null);
    private static final Scorers RATES = Scorers.of(RULES);

    /** Backends that all get so many calls a second, each of which fails by chance. */
    private static final class RandomPool {
        private final Random random;
        private final int callsEach;
        private final double[] failing;
        private final List<OutcomeMemory> memories;
        private long now;

        RandomPool(long seed, int hosts, int callsEach, double failing) {
            this.random = new Random(seed);
            this.callsEach = callsEach;
            this.failing = new double[hosts];
            Arrays.fill(this.failing, failing);
            this.memories = Stream.generate(() -> new OutcomeMemory(RULES.window(), 0))
                    .limit(hosts)
                    .toList();
        }

        /** Lets a second pass, and returns who is found then. Who is found begins anew. */
        List<Integer> second() {
            for (int i = 0; i < failing.length; i++) {
                for (int call = 0; call < callsEach; call++) {
                    memories.get(i).record(random.nextDouble() < failing[i] ? Kind.FAILURE : Kind.SUCCESS, now);
                }
            }
            now += SECOND;
            int reach = Math.max(
                    OutcomeMemory.TENTHS,
                    memories.stream().mapToInt(it -> it.tenths(now)).min().orElseThrow());
            List<Integer> found = RATES
                    .judge(new Look(
                            memories.stream().map(it -> it.tally(now)).toList(),
                            memories.stream().map(it -> it.tally(now, reach)).toList(),
                            RULES.window().multipliedBy(reach).dividedBy(OutcomeMemory.TENTHS)))
                    .stream()
                    .map(Finding::index)
                    .toList();
            found.forEach(i -> memories.get(i).forget(now));
            return found;
        }
    }

    @ParameterizedTest
    @CsvSource({"10,5,0.01", "4,10,0.01", "2,20,0.05", "3,5,0.05", "10,20,0.05", "50,5,0.05"})
    void in_a_day_of_a_healthy_pool_nobody_is_found(int hosts, int callsEach, double failing) {
        RandomPool pool = new RandomPool(SEED, hosts, callsEach, failing);
        int found = 0;
        for (int second = 0; second < DAY; second++) {
            found += pool.second().size();
        }
        assertThat(found).as("findings, seed %d", SEED).isZero();
    }

    /** Windows of 50, 100, 200 and 1,000 calls of each; the bound is one for 95 of 100 runs. */
    @ParameterizedTest
    @CsvSource({
        "2,5,0.01,17",
        "2,10,0.01,7",
        "2,20,0.01,5",
        "2,100,0.01,1",
        "3,5,0.01,10",
        "3,10,0.01,5",
        "3,20,0.01,3",
        "3,100,0.01,1",
        "5,5,0.01,7",
        "5,10,0.01,4",
        "5,20,0.01,2",
        "5,100,0.01,1",
        "10,5,0.01,6",
        "10,10,0.01,4",
        "10,20,0.01,2",
        "10,100,0.01,1",
        "2,5,0,6",
        "2,10,0,4",
        "2,20,0,2",
        "5,5,0,4",
        "5,10,0,2",
        "10,5,0,3",
        "10,10,0,2"
    })
    void who_fails_every_tenth_call_is_found_within_a_few_windows_and_nobody_else(
            int hosts, int callsEach, double failing, int windows) {
        int inTime = 0;
        for (long seed = 1; seed <= 200; seed++) {
            RandomPool pool = new RandomPool(seed, hosts, callsEach, failing);
            List<Integer> found = new ArrayList<>();
            for (int second = 0; second < 60; second++) {
                found.addAll(pool.second());
            }
            assertThat(found).as("found while all were well, seed %d", seed).isEmpty();
            pool.failing[hosts - 1] = 0.1;
            for (int second = 0; second < 10 * windows && found.isEmpty(); second++) {
                found.addAll(pool.second());
            }
            assertThat(found).as("seed %d", seed).allMatch(index -> index == hosts - 1);
            inTime += found.size();
        }
        assertThat(inTime).as("found in time, of 200 seeds").isGreaterThanOrEqualTo(190);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10})
    void who_fails_exactly_every_tenth_of_200_calls_is_found_among_the_faultless(int others) {
        List<Tally> pool = new ArrayList<>(Collections.nCopies(others, new Tally(200, 0, 0)));
        pool.add(1, new Tally(180, 20, 0));
        assertThat(RATES.judge(new Look(pool, pool, RULES.window())))
                .extracting(Finding::index)
                .containsExactly(1);
    }
}
