package dev.evenkeel.lb.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.core.select.Policies;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One of three answers 503 at once while its probes pass: what each policy sends there, with outlier detection. */
class FastFailuresTest {
    /** Whole plays; each has some 15,000 calls. */
    private static final int PLAYS = 5;

    /** Plays that end 5 s after the failures begin, because before it is found a sick backend gets but a few calls. */
    private static final int BEGINNINGS = 400;

    private static final double FAIR = 1.0 / 3;

    /** How many standard deviations chance is allowed; it goes beyond once in some million tests. */
    private static final double SIGMAS = 5;

    static List<String> policies() {
        return Policies.names();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void once_it_is_found_a_failing_backend_gets_at_most_one_percent_of_all_calls(String policy) {
        for (int seed = 1; seed <= PLAYS; seed++) {
            try (World world = open(policy, seed)) {
                Figures figures = world.run(1, Incident.LAST_CALL);
                assertThat(figures.sick().after())
                        .as("calls to the failing backend after it was found, of %s; seed %d", figures.calls(), seed)
                        .isLessThanOrEqualTo(figures.calls().made() / 100);
            }
        }
    }

    /**
     * Each play is over when the n-th call to the sick backend is one too many, so the calls to all until then are
     * distributed negative binomially: around n / p, with a deviation of sqrt(n (1 - p)) / p.
     */
    @ParameterizedTest
    @MethodSource("policies")
    void before_it_is_found_a_failing_backend_gets_no_more_than_its_share(String policy) {
        int all = 0;
        int sick = 0;
        for (int seed = 1; seed <= BEGINNINGS; seed++) {
            try (World world = open(policy, seed)) {
                sick += world.run(Incident.BEGIN - 10, Incident.BEGIN + 5)
                        .sick()
                        .before();
                all += world.ledger().beforeDetection();
            }
        }
        assertThat(sick).as("calls to the failing backend").isPositive();
        double slack = SIGMAS * Math.sqrt(sick * (1 - FAIR)) / FAIR;
        assertThat((double) all)
                .as("calls to all, of which %d went to the failing one of three", sick)
                .isGreaterThanOrEqualTo(sick / FAIR - slack);
    }

    private static World open(String policy, long seed) {
        World world = Incident.FAST_FAILURES.open(Policies.named(policy), Setting.OUTLIERS, seed);
        Incident.FAST_FAILURES.happen(world);
        return world;
    }
}
