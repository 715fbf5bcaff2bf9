package dev.evenkeel.lb.core;

import static dev.evenkeel.lb.core.TroubledPool.REPEATABLE;
import static dev.evenkeel.lb.core.TroubledPool.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a trial that is given up, is told too much or cannot begin, and what the cap is while backends drain. */
@Timeout(60)
class TrialTest {
    @Test
    void an_answer_that_says_nothing_does_not_free_the_slot_of_an_attempt_under_way() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            Lease trial = pool.acquire(REPEATABLE);
            trial.answered(Outcome.IGNORED);
            pool.seconds(5);
            assertThat(pool.attempts(REPEATABLE, 3)).doesNotContainKey("b");
            trial.complete(Outcome.SUCCESS);
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
        }
    }

    @Test
    void a_second_answer_of_a_trial_counts_for_nothing() {
        try (TroubledPool pool = TroubledPool.of("a", "b", "c")) {
            pool.eject("b");
            pool.seconds(10);
            Lease trial = pool.acquire(REPEATABLE);
            trial.answered(Outcome.IGNORED);
            trial.answered(failure());
            assertThat(pool.told(Kind.EJECTED)).hasSize(1);
            trial.complete(Outcome.SUCCESS);
            assertThat(pool.state("b")).isEqualTo(BackendState.UP);
        }
    }
}
