package dev.evenkeel.lb.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.core.outlier.Detectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How often chance makes an outlier, and how often an outlier is lucky, by seeded runs with all detectors on. */
class LuckTest {
    private static final int RUNS = 10_000;
    private static final long SEED = 7;
    private static final Scorers DETECTORS = Scorers.of(Detectors.DEFAULT);

    /** Draws the failures of so many calls. */
    private static final class Binomial {
        /** The chance of at most so many failures. */
        private final double[] upTo;

        private final int calls;

        Binomial(int calls, double failing) {
            this.calls = calls;
            this.upTo = new double[calls + 1];
            double logOdds = Math.log(failing / (1 - failing));
            double logTerm = calls * Math.log(1 - failing);
            double sum = 0;
            for (int k = 0; k <= calls; k++) {
                sum += Math.exp(logTerm);
                upTo[k] = sum;
                logTerm += Math.log((calls - k) / (k + 1.0)) + logOdds;
            }
        }

        Tally draw(Random random) {
            int at = Arrays.binarySearch(upTo, random.nextDouble());
            int failures = Math.min(calls, at < 0 ? -at - 1 : at);
            return new Tally(calls - failures, failures, 0);
        }
    }

    private static List<Tally> healthy(Random random, int hosts, Binomial ofOne) {
        return IntStream.range(0, hosts).mapToObj(i -> ofOne.draw(random)).toList();
    }

    /** Worst where a backend has just enough calls; 5 points are more than luck from 200 calls on. */
    @ParameterizedTest
    @CsvSource({"50,40", "100,20", "200,0", "1000,0"})
    void in_10000_looks_at_healthy_pools_hardly_anybody_stands_out(int calls, int bound) {
        Binomial ofOne = new Binomial(calls, 0.01);
        for (int hosts = 2; hosts <= 10; hosts++) {
            Random random = new Random(SEED);
            int found = 0;
            for (int run = 0; run < RUNS; run++) {
                found += DETECTORS.judge(healthy(random, hosts, ofOne)).size();
            }
            assertThat(found).as("seed %d, %d hosts", SEED, hosts).isLessThanOrEqualTo(bound);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 200, 1_000})
    void in_1000_looks_at_a_thousand_healthy_backends_hardly_anybody_stands_out(int calls) {
        Binomial ofOne = new Binomial(calls, 0.01);
        Random random = new Random(SEED);
        int found = 0;
        for (int run = 0; run < 1_000; run++) {
            found += DETECTORS.judge(healthy(random, 1_000, ofOne)).size();
        }
        assertThat(found).as("seed %d", SEED).isLessThanOrEqualTo(1);
    }

    /** Of one look: what it misses, the next one, a second later, sees. */
    @ParameterizedTest
    @CsvSource({"2,200", "3,200", "5,200", "10,200", "2,1000", "3,1000", "4,1000", "5,1000", "10,1000", "1000,1000"})
    void who_fails_every_tenth_call_is_found_and_nobody_else(int others, int calls) {
        Binomial ofOne = new Binomial(calls, 0.01);
        Binomial sick = new Binomial(calls, 0.1);
        Random random = new Random(SEED);
        int runs = RUNS / Math.max(1, others / 10);
        int found = 0;
        for (int run = 0; run < runs; run++) {
            List<Tally> pool = new ArrayList<>(healthy(random, others, ofOne));
            pool.add(sick.draw(random));
            List<Finding> findings = DETECTORS.judge(pool);
            assertThat(findings)
                    .as("seed %d, run %d", SEED, run)
                    .extracting(Finding::index)
                    .allMatch(index -> index == others);
            found += findings.size();
        }
        assertThat(found / (double) runs).as("seed %d", SEED).isGreaterThanOrEqualTo(calls < 1_000 ? 0.9 : 0.998);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10})
    void who_fails_exactly_every_tenth_of_200_calls_is_found_among_the_faultless(int others) {
        List<Tally> pool = new ArrayList<>(Collections.nCopies(others, new Tally(200, 0, 0)));
        pool.add(1, new Tally(180, 20, 0));
        assertThat(DETECTORS.judge(pool)).extracting(Finding::index).containsExactly(1);
    }
}
