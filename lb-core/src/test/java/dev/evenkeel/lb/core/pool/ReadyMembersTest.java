package dev.evenkeel.lb.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evenkeel.lb.api.BackendHealth;
import org.junit.jupiter.api.Test;

/** Which members a program may start with, at moments between a verdict and its gate. */
class ReadyMembersTest {
    private final Roster roster = Rosters.of(1, Rosters.DEAF);
    private final Member only = roster.members()[0];

    @Test
    void one_that_has_failed_its_first_probe_is_not_ready_although_its_gate_is_still_open() {
        only.health(BackendHealth.UNCHECKED.failedAgain("HTTP 503", null));
        assertThat(only.isEligible()).isTrue();
        assertThat(roster.hasReady(true)).isFalse();
    }

    @Test
    void one_that_has_passed_is_ready_when_its_gate_is_open() {
        only.health(BackendHealth.PASSING);
        Rosters.probeGate(roster, 0, true);
        assertThat(roster.hasReady(true)).isFalse();
        Rosters.probeGate(roster, 0, false);
        assertThat(roster.hasReady(true)).isTrue();
    }

    @Test
    void one_that_nobody_probes_is_ready_as_it_is_and_one_that_is_to_be_probed_is_not() {
        assertThat(roster.hasReady(false)).isTrue();
        assertThat(roster.hasReady(true)).isFalse();
    }
}
