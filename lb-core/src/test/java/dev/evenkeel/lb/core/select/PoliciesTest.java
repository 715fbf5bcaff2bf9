package dev.evenkeel.lb.core.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Policies by name. */
class PoliciesTest {
    @Test
    void a_policy_has_the_name_that_it_is_found_by_and_is_new_each_time() {
        assertThat(Policies.names())
                .containsExactly(
                        "round-robin",
                        "weighted-round-robin",
                        "random",
                        "least-request",
                        "peak-ewma",
                        "consistent-hash")
                .allSatisfy(name -> {
                    assertThat(Policies.named(name).name()).isEqualTo(name);
                    assertThat(Policies.named(name)).isNotSameAs(Policies.named(name));
                });
    }

    @Test
    void another_name_is_refused_with_those_there_are() {
        assertThatThrownBy(() -> Policies.named("Round-Robin"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("policy must be one of round-robin, weighted-round-robin, random, least-request, peak-ewma,"
                        + " consistent-hash, was \"Round-Robin\"");
    }
}
