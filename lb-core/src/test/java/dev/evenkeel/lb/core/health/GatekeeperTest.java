package dev.evenkeel.lb.core.health;

import static dev.evenkeel.lb.core.health.ProbedPool.A;
import static dev.evenkeel.lb.core.health.ProbedPool.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendHealth;
import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.HealthCheck.Start;
import dev.evenkeel.lb.api.Thresholds;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.health.Target.Transition;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GatekeeperTest {
    private static Transition down(Target target) {
        return Objects.requireNonNull(target.hear(Verdict.fail("HTTP 503")));
    }

    @Test
    void a_change_closes_the_gate_and_makes_a_plan() {
        try (ProbedPool it = ProbedPool.of(check(), A)) {
            long plans = it.pool.planVersion();

            new Gatekeeper(it.roster, it.pool).enforce(down(new Target(it.member(A), Thresholds.DEFAULT)));

            assertThat(it.state(A)).isEqualTo(BackendState.DOWN);
            assertThat(it.pool.planVersion()).isEqualTo(plans + 1);
        }
    }

    @Test
    void a_change_of_a_member_that_has_left_is_dropped() {
        try (ProbedPool it = ProbedPool.of(check(), A)) {
            Target target = new Target(it.member(A), Thresholds.DEFAULT);
            Transition change = down(target);
            target.gone = true;

            new Gatekeeper(it.roster, it.pool).enforce(change);

            assertThat(it.state(A)).isEqualTo(BackendState.UP);
        }
    }

    @Test
    void a_first_failure_behind_a_closed_gate_is_told_unless_the_member_has_left_or_a_later_change_tells() {
        try (ProbedPool it = ProbedPool.of(check().start(Start.PESSIMISTIC), A)) {
            Gatekeeper gatekeeper = new Gatekeeper(it.roster, it.pool);
            Thresholds once = new Thresholds(1, 1, Start.PESSIMISTIC);
            Target target = new Target(it.member(A), once);
            Transition first = down(target);
            target.gone = true;
            gatekeeper.enforce(first);
            assertThat(it.transitions()).as("it has left").isEmpty();

            target.gone = false;
            Objects.requireNonNull(target.hear(Verdict.pass()));
            Transition third = down(target);
            gatekeeper.enforce(first);
            assertThat(it.transitions()).as("there is a later one").isEmpty();

            it.member(A).health(BackendHealth.UNCHECKED);
            Target anew = new Target(it.member(A), once);
            gatekeeper.enforce(down(anew));
            assertThat(it.transitions()).containsExactly("orders: http://a:8080 is DOWN: first probe failed: HTTP 503");
            assertThat(third.first()).isFalse();
        }
    }

    @Test
    void a_change_that_was_overtaken_is_left_to_the_one_that_did_so() {
        try (ProbedPool it = ProbedPool.of(check(), A)) {
            Gatekeeper gatekeeper = new Gatekeeper(it.roster, it.pool);
            Target target = new Target(it.member(A), Thresholds.DEFAULT);
            Transition first = down(target);
            target.hear(Verdict.pass());
            Transition second = Objects.requireNonNull(target.hear(Verdict.pass()));
            Transition third = new Transition(target, false, Change.because("3 failed probes: HTTP 500"));

            gatekeeper.enforce(first);
            gatekeeper.enforce(third);
            gatekeeper.enforce(second);

            assertThat(it.transitions()).isEmpty();
        }
    }
}
