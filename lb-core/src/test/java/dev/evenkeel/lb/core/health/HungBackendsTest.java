package dev.evenkeel.lb.core.health;

import static dev.evenkeel.lb.core.health.ProbedPool.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.core.health.FakeAsker.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HungBackendsTest {
    private static final List<Endpoint> MANY = ProbedPool.endpoints(500);

    private static int number(Endpoint endpoint) {
        return Integer.parseInt(endpoint.host().substring("backend-".length()));
    }

    private static Duration firstDue(HealthCheck check, Endpoint endpoint, long seed) {
        try (ProbedPool twin = ProbedPool.of(check.maxConcurrentProbes(500), MANY, seed)) {
            twin.seconds(1);
            return twin.asker.asked(endpoint).get(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 3", "64, 1", "64, 1000", "10, 2", "1, 4", "500, 2"})
    void hung_backends_delay_another_by_no_more_than_their_share_of_timeouts(int places, int deafEvery) {
        HealthCheck check = check().jitter(0).maxConcurrentProbes(places);
        Duration bound = Duration.ofSeconds(3L * ((499 + places - 1) / places));
        for (long seed = 1; seed <= 3; seed++) {
            Endpoint well = MANY.get((int) (seed * 99));
            Duration due = firstDue(check, well, seed);
            try (ProbedPool it = ProbedPool.of(check, MANY, seed)) {
                it.asker.deaf = endpoint -> number(endpoint) % deafEvery == 0;
                it.asker.backend = endpoint -> endpoint.equals(well) ? Reply.PASS : Reply.SILENCE;
                it.time.advance(bound.multipliedBy(3).plusSeconds(100));

                List<Duration> asked = it.asker.asked(well);
                assertThat(asked).hasSizeGreaterThan(2);
                for (Duration at : asked) {
                    assertThat(at.minus(due)).as("delay with seed %d", seed).isBetween(Duration.ZERO, bound);
                    while (due.compareTo(at) < 0 || due.equals(at)) {
                        due = due.plusSeconds(10);
                    }
                }
                assertThat(it.state(well)).isEqualTo(BackendState.UP);
                assertThat(it.told(Kind.DOWN)).hasSize(499);
                long deaf = MANY.stream()
                        .filter(endpoint -> !endpoint.equals(well) && it.asker.deaf.test(endpoint))
                        .count();
                assertThat(it.told(Kind.PROBE_ABANDONED)).hasSize((int) deaf);
                // Twice, because a thread that was interrupted ends a moment after its place was given away.
                assertThat(it.asker.mostUnderWay).isLessThanOrEqualTo((int) (2L * places + deaf));
            }
        }
    }

    @Test
    void no_probe_starts_beyond_the_most_stuck_threads_and_all_go_on_when_they_end() {
        List<Endpoint> deaf = ProbedPool.endpoints(Line.MOST_STUCK + 200);
        try (ProbedPool it = ProbedPool.of(check(), deaf, 1)) {
            it.asker.deaf = endpoint -> true;
            it.asker.backend = endpoint -> Reply.SILENCE;
            it.seconds(300);
            assertThat(it.asker.underWay).isBetween(Line.MOST_STUCK, Line.MOST_STUCK + 64);

            it.asker.backend = endpoint -> Reply.PASS;
            it.asker.release();
            it.seconds(10);

            assertThat(it.asker.underWay).isZero();
            for (Endpoint endpoint : deaf) {
                assertThat(it.state(endpoint)).isEqualTo(BackendState.UP);
            }
        }
    }
}
